// Channels and their models: publish, try on some streams, go back, withdraw, pin.

import { ask, attempt, modelPath } from './api.js';
import { dialog } from './dialog.js';
import { h, keyed, show, text } from './dom.js';
import { isJob } from './figures.js';
import { pinTo, publish, tryOut } from './publishing.js';
import { state } from './store.js';
import { ago, bytes, short } from './words.js';

export function modelsView() {
  const list = h('div', { class: 'cards' });
  const update = keyed(list, (channel) => channel.channel, channelCard);
  const builtIn = h('p', { class: 'lead' });
  const empty = h('section', { class: 'empty' },
      h('h2', {}, 'No model was published'),
      h('p', {}, 'Streams have the networks that come with the program. Publish an ONNX file to give a channel one of your own; it takes effect from the next segment on.'));
  return {
    title: 'Models',
    element: h('div', { class: 'view' },
        h('div', { class: 'headline' }, h('h1', {}, 'Models'),
            h('button', { type: 'button', class: 'primary', onclick: () => publish('default') }, 'Publish a model')),
        builtIn, empty, list),
    update: () => {
      text(builtIn, `Built in, for channels without a model of their own: ${state.builtIn.join(', ') || '–'}.`);
      // channels of file jobs come and go with them
      const channels = state.channels.filter((channel) => !isJob(channel.channel));
      show(empty, state.known.has('models') && channels.length === 0);
      update(channels);
    },
    close: () => {},
  };
}

function channelCard({ channel: name }) {
  const digest = h('code', { class: 'digest' });
  const about = h('span', { class: 'muted' });
  const workers = h('ul', { class: 'workers' });
  const updateWorkers = keyed(workers, (worker) => worker.worker, workerRow);
  const history = h('ul', { class: 'history' });
  const updateHistory = keyed(history, (model) => model.digest, (model) => historyRow(name, model));
  const older = h('details', {}, h('summary', {}, 'Earlier models'), history);
  const trial = trialBox(name);
  const pin = button('Pin to a stream', () => pinTo(name, `sha256:${current.digest}`));
  const back = button('Roll back', () => dialog({
    title: `Roll ${name} back`,
    words: 'The channel gets the model before the current one, which is set aside and not gone back to again.',
    ok: 'Roll back',
    work: () => ask('POST', `${modelPath(name)}/rollback`),
    success: (answer) => `${name} has ${short(answer.current.digest)} again`,
  }));
  const withdraw = button('Withdraw', () => dialog({
    title: `Withdraw the model of ${name}`,
    words: 'Its streams get the built-in model of that name, if there is one, and are interpolated otherwise. A rollback brings it back.',
    ok: 'Withdraw',
    isDangerous: true,
    work: () => ask('DELETE', modelPath(name)),
    success: `${name} has no model`,
  }));
  let current = null;
  const element = h('article', { class: 'card channel' },
      h('h2', {}, name),
      h('p', { class: 'current' }, digest, about),
      workers,
      h('div', { class: 'buttons' },
          button('Publish', () => publish(name)),
          button('Try on some streams', () => tryOut(name)), pin, back, withdraw),
      trial.element, older);
  return {
    element,
    update: (channel) => {
      current = channel.current ?? null;
      text(digest, current ? short(current.digest) : 'no model');
      digest.title = current?.digest ?? '';
      text(about, current ? ` ${current.scale ? `×${current.scale}, ` : ''}${bytes(current.bytes)}${current.passing ? ', only for a while' : ''}` : '');
      show(pin, Boolean(current));
      show(withdraw, Boolean(current));
      show(back, channel.before.length > 0);
      updateWorkers(channel.workers);
      show(workers, channel.workers.length > 0);
      const earlier = [...channel.before, ...channel.others];
      updateHistory(earlier);
      show(older, earlier.length > 0);
      trial.update(state.trials.find((one) => one.channel === name));
    },
  };
}

function button(label, onclick, kind = 'quiet') {
  return h('button', { type: 'button', class: kind, onclick }, label);
}

function workerRow() {
  const badge = h('span', { class: 'badge' });
  const words = h('span', {});
  return {
    element: h('li', {}, badge, words),
    update: (worker) => {
      text(badge, worker.state.replace('-', ' '));
      badge.dataset.state = worker.state;
      text(words, `${worker.worker}${worker.digest ? `: ${short(worker.digest)}` : ''}, ${ago(worker.timestampMillis)}${worker.reason ? `: ${worker.reason}` : ''}`);
    },
  };
}

function historyRow(channel, { digest }) {
  const words = h('span', { class: 'muted' });
  return {
    element: h('li', {}, h('code', { title: digest }, short(digest)), words,
        button('Pin to a stream', () => pinTo(channel, `sha256:${digest}`)),
        h('a', { href: `${modelPath(channel)}/${digest}`, download: `${channel}-${short(digest)}.onnx` }, 'Download')),
    update: (model) => text(words, ` ${bytes(model.bytes)}${model.setAside ? ', set aside' : ''} `),
  };
}

function trialBox(name) {
  const digest = h('code');
  const standing = h('p', {});
  const who = h('p', { class: 'muted' });
  const promote = button('Promote', () => attempt(promote, () => ask('POST', `${modelPath(name)}/canary/promote`), `${name} has the model that was on trial`), 'primary');
  const end = button('End the trial', () => attempt(end, () => ask('DELETE', `${modelPath(name)}/canary`), `All streams of ${name} have its current model`));
  const element = h('section', { class: 'trial', 'aria-label': `Trial of ${name}` },
      h('h3', {}, 'On trial ', digest), standing, who, h('div', { class: 'buttons' }, promote, end));
  return {
    element,
    update: (trial) => {
      show(element, Boolean(trial));
      if (trial) {
        text(digest, short(trial.digest));
        text(standing, trial.standing);
        const { share, streams, automatic } = trial.settings;
        const whose = [share > 0 ? `${Math.round(share * 100)} % of the streams` : null, streams?.length ? streams.join(', ') : null];
        text(who, `Tried by ${whose.filter(Boolean).join(' and ')}; ${automatic ? 'decided by its results' : 'you decide'}.`);
      }
    },
  };
}
