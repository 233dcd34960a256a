// Changes by way of the REST API. Errors are problem documents (RFC 9457); their detail is what is shown.

export class Refusal extends Error {}

/** Asks; resolves to the JSON of the answer or null, rejects with a Refusal. */
export async function ask(method, path, { body, type, headers = {} } = {}) {
  let response;
  try {
    response = await fetch(path, {
      method,
      body,
      headers: type ? { 'Content-Type': type, ...headers } : headers,
    });
  } catch {
    throw new Refusal('The service does not answer. Is it still running?');
  }
  const isJson = /json/.test(response.headers.get('Content-Type') ?? '');
  const answer = isJson ? await response.json().catch(() => null) : null;
  if (!response.ok) {
    throw new Refusal(answer?.detail ?? `${method} ${path}: status ${response.status}`);
  }
  return answer;
}

/** Sends a file, and tells how much of it is on its way, 0 to 1; {done, cancel}. */
export function upload(method, path, file, progress) {
  const request = new XMLHttpRequest();
  const done = new Promise((resolve, reject) => {
    request.open(method, path);
    request.setRequestHeader('Content-Type', 'application/octet-stream');
    request.upload.onprogress = (event) => progress(event.lengthComputable ? event.loaded / event.total : 0);
    request.onload = () => {
      let answer = null;
      try {
        answer = JSON.parse(request.responseText);
      } catch {
        // said by the status
      }
      if (request.status >= 200 && request.status < 300) {
        resolve(answer);
      } else {
        reject(new Refusal(answer?.detail ?? `${method} ${path}: status ${request.status}`));
      }
    };
    request.onerror = () => reject(new Refusal('The connection was lost while the file was sent.'));
    request.onabort = () => reject(new Refusal('Stopped; the file was not sent.'));
    request.send(file);
  });
  return { done, cancel: () => request.abort() };
}

export const BYTES = 'application/octet-stream';
export const PATCH = 'application/merge-patch+json';

export const streamPath = (id) => `/api/v1/streams/${encodeURIComponent(id)}`;
export const modelPath = (channel) => `/api/v1/models/${encodeURIComponent(channel)}`;

/** Says the outcome of something that was asked for, at the edge of the window and to screen readers. */
export function say(words, isBad = false) {
  const toast = document.createElement('p');
  toast.className = isBad ? 'toast bad' : 'toast';
  toast.textContent = words;
  const toasts = document.getElementById('toasts');
  toasts.append(toast);
  setTimeout(() => toast.remove(), isBad ? 12_000 : 5_000);
}

/** Runs what a button does: the button waits meanwhile, and what goes wrong is said. */
export async function attempt(button, work, success, complain = (words) => say(words, true)) {
  button.disabled = true;
  button.setAttribute('aria-busy', 'true');
  try {
    const answer = await work();
    if (success) {
      say(typeof success === 'function' ? success(answer) : success);
    }
    return true;
  } catch (error) {
    complain(error.message);
    return false;
  } finally {
    button.disabled = false;
    button.removeAttribute('aria-busy');
  }
}
