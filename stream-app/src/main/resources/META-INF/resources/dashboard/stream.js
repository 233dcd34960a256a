// One stream: before and after, what is known of it, its settings and its curves.

import { charts, ribbon } from './charts.js';
import { fact, h, show, text } from './dom.js';
import { figuresOf, waysInWords } from './figures.js';
import { player } from './player.js';
import { settingsForm } from './settings.js';
import { state } from './store.js';
import { ago, bytes, millis, modelName, number, plural, short } from './words.js';

export function streamView(id) {
  const path = `/live/${encodeURIComponent(id)}`;
  const watching = player({
    before: `${path}/original/index.m3u8`,
    after: `${path}/upscaled/index.m3u8`,
    isLive: true,
    label: id,
  });
  const dot = h('span', { class: 'dot' });
  const since = h('span', {});
  const names = ['model', 'digest', 'frames/s', 'latency', 'waiting', 'picture', 'last segment', 'worker'];
  const facts = Object.fromEntries(names.map((name) => [name, fact(name)]));
  const bars = ribbon(96);
  const reason = h('p', { class: 'reason', hidden: true });
  const form = settingsForm(id);
  const curves = charts(id);
  return {
    title: id,
    element: h('div', { class: 'view' },
        h('p', { class: 'crumb' }, h('a', { href: '#/streams' }, 'Streams')),
        h('div', { class: 'headline' }, h('h1', {}, id), h('p', { class: 'state' }, dot, since)),
        watching.element,
        h('div', { class: 'beside' },
            h('section', { 'aria-labelledby': 'now' },
                h('h2', { id: 'now' }, 'Now'),
                bars.element, reason,
                h('dl', { class: 'facts wide' }, names.map((name) => facts[name].element))),
            form.element),
        h('section', { 'aria-labelledby': 'curves' }, h('h2', { id: 'curves' }, 'Last five minutes'), curves.element)),
    update: () => {
      const figures = figuresOf(id);
      const outcome = figures.last?.outcome;
      dot.className = figures.isLive ? 'dot live' : 'dot';
      text(since, figures.isLive ? 'live' : figures.last ? `last segment ${ago(figures.last.committedMillis)}` : 'no segment yet');
      facts.model.set(modelName(figures.stream?.settings.model ?? 'default'));
      facts.digest.set(outcome?.modelDigest ? short(outcome.modelDigest) : '–', outcome?.modelDigest);
      facts['frames/s'].set(figures.isLive ? number(figures.fps, 1) : '–');
      facts.latency.set(millis(figures.latency));
      facts.waiting.set(figures.waiting == null ? '–' : plural(figures.waiting, 'segment'), 'in the stream’s partition, also of other streams');
      facts.picture.set(outcome?.sizes?.length ? outcome.sizes.map((s) => (typeof s === 'string' ? s : `${s.width}×${s.height}`)).join(', ') : '–');
      facts['last segment'].set(figures.last ? `${figures.last.sequence}, ${bytes(figures.last.bytesOut)}` : '–');
      facts.worker.set(outcome?.worker ?? figures.last?.rejection?.worker ?? '–');
      show(bars.element, figures.items.length > 0);
      bars.update(figures.items, figures.items.length ? waysInWords(figures.items.slice(-96)) : '');
      const why = outcome?.shortcut?.message ?? outcome?.reason ?? figures.last?.rejection?.message;
      text(reason, why ?? '');
      show(reason, Boolean(why));
      form.update(figures.stream?.settings, state);
      curves.update(figures.items);
    },
    close: () => {
      watching.close();
      curves.close();
    },
  };
}
