// Files: send one, watch it being upscaled, take the result.

import { ask, attempt, say, upload } from './api.js';
import { field, h, keyed, select, setOptions, show, text } from './dom.js';
import { modelOptions, state } from './store.js';
import { ago, bytes, number, span } from './words.js';

export const jobPath = (id) => `/api/v1/jobs/${encodeURIComponent(id)}`;
const ENDS = new Set(['done', 'failed', 'cancelled']);

export function jobsView() {
  const list = h('ul', { class: 'jobs' });
  const update = keyed(list, (job) => job.job, row);
  const form = uploadForm();
  const empty = h('section', { class: 'empty' },
      h('h2', {}, 'No job yet'),
      h('p', {}, 'Send a video file. It is cut into segments, upscaled by all workers, and put together again with its sound and subtitles.'));
  return {
    title: 'Jobs',
    element: h('div', { class: 'view' }, h('h1', {}, 'Jobs'), form.element, empty, list),
    update: () => {
      form.update();
      show(empty, state.known.has('jobs') && state.jobs.length === 0);
      update(state.jobs ?? []);
    },
    close: form.close,
  };
}

function uploadForm() {
  const file = h('input', { type: 'file', required: true, accept: 'video/*,.mkv,.ts,.mts,.m2ts' });
  const scale = select([['2', '2×'], ['3', '3×'], ['4', '4×']], '2');
  const model = select(modelOptions(), 'default');
  const send = h('button', { type: 'submit', class: 'primary' }, 'Upscale');
  const stop = h('button', { type: 'button', class: 'quiet', hidden: true }, 'Stop sending');
  const bar = h('progress', { max: '1', value: '0', 'aria-label': 'Sending the file' });
  const words = h('span', { class: 'muted' });
  const sending = h('div', { class: 'sending', hidden: true }, bar, words);
  let cancel = () => {};
  const element = h('form', {
    class: 'card upload',
    'aria-label': 'New job',
    ondragover: (event) => { event.preventDefault(); element.classList.add('over'); },
    ondragleave: () => element.classList.remove('over'),
    ondrop: (event) => {
      event.preventDefault();
      element.classList.remove('over');
      if (event.dataTransfer.files.length) {
        file.files = event.dataTransfer.files;
      }
    },
    onsubmit: async (event) => {
      event.preventDefault();
      const chosen = file.files[0];
      const query = new URLSearchParams({ name: chosen.name, scale: scale.value, model: model.value, format: 'mp4', fragmented: 'true' });
      const sent = upload('POST', `/api/v1/jobs?${query}`, chosen, (part) => {
        bar.value = part;
        text(words, part < 1 ? `${Math.round(part * 100)} % of ${bytes(chosen.size)}` : 'sent; it is looked at');
      });
      cancel = sent.cancel;
      stop.onclick = sent.cancel;
      show(sending, true);
      show(stop, true);
      if (await attempt(send, () => sent.done, `${chosen.name} is a job now`)) {
        file.value = '';
      }
      show(sending, false);
      show(stop, false);
    },
  },
  h('div', { class: 'fields' },
      field('Video file, chosen or dropped here', file), field('Scale', scale), field('Model', model),
      h('div', { class: 'buttons' }, send, stop)), sending);
  return {
    element,
    update: () => setOptions(model, modelOptions()),
    close: () => cancel(),
  };
}

function row({ job: id }) {
  const name = h('h2', {});
  const badge = h('span', { class: 'badge' });
  const bar = h('progress', { max: '1' });
  const words = h('p', { class: 'muted' });
  const notes = h('ul', { class: 'notes' });
  const updateNotes = keyed(notes, (note) => note, (note) => ({ element: h('li', {}, note), update: () => {} }));
  const result = h('a', { class: 'button', href: `${jobPath(id)}/result`, download: true }, 'Download');
  const watch = h('a', { href: `#/jobs/${encodeURIComponent(id)}` }, 'Compare');
  const remove = h('button', { type: 'button', class: 'quiet', onclick: () => attempt(remove, () => ask('DELETE', jobPath(id))) }, 'Cancel');
  const element = h('li', { class: 'card job' },
      h('div', { class: 'headline' }, name, badge), bar, words, notes,
      h('div', { class: 'buttons' }, result, watch, remove));
  let before = null;
  return {
    element,
    update: (job) => {
      const isOver = ENDS.has(job.state);
      text(name, job.name);
      text(badge, job.state);
      badge.dataset.state = { done: 'current', failed: 'refused', running: 'loaded' }[job.state] ?? job.state;
      const part = job.framesExpected ? Math.min(1, job.framesDone / job.framesExpected) : null;
      show(bar, job.state === 'running');
      if (part == null) {
        bar.removeAttribute('value');
      } else {
        bar.value = part;
      }
      bar.setAttribute('aria-label', `${job.name}: ${part == null ? 'begun' : `${Math.round(part * 100)} %`}`);
      text(words, describe(job, part));
      updateNotes([...(job.error ? [job.error] : []), ...job.notes]);
      show(notes, Boolean(job.error) || job.notes.length > 0);
      show(result, job.state === 'done');
      show(watch, job.state === 'done' && job.fragmented);
      text(remove, isOver ? 'Delete' : 'Cancel');
      if (before && before !== job.state && isOver) {
        say(`${job.name}: ${job.state}`, job.state === 'failed');
      }
      before = job.state;
    },
  };
}

function describe(job, part) {
  const sizes = [job.sizeIn, job.sizeOut].filter(Boolean).join(' → ');
  if (job.state === 'waiting') {
    return `Others come first; taken ${ago(job.createdMillis)}`;
  }
  if (job.state === 'running') {
    return [part == null ? `${number(job.framesDone)} frames` : `${Math.round(part * 100)} %`,
      `${number(job.fps, 1)} frames/s`,
      job.secondsLeft == null ? null : `${span(job.secondsLeft * 1000)} left`, sizes].filter(Boolean).join(', ');
  }
  const took = job.endedMillis && job.startedMillis ? `in ${span(job.endedMillis - job.startedMillis)}` : null;
  return [sizes, `${number(job.framesDone)} frames`, took, job.state === 'done' ? bytes(job.bytesOut) : null, ago(job.endedMillis ?? job.createdMillis)]
    .filter(Boolean).join(', ');
}
