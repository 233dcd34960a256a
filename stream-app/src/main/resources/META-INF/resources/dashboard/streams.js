// The first page: how everything is, every stream, and curves.

import { charts, ribbon } from './charts.js';
import { command, fact, h, keyed, show, text } from './dom.js';
import { figuresOf, isJob, latencyOf, rateOfAll, waysInWords } from './figures.js';
import { state } from './store.js';
import { ago, millis, modelName, number, plural, quantile, short } from './words.js';

export function streamsView() {
  const live = fact('live streams', 'big');
  const rate = fact('frames a second', 'big');
  const latency = fact('latency, median', 'big');
  const rejected = fact('rejected lately', 'big');
  const rows = h('ul', { class: 'streams' });
  const update = keyed(rows, (id) => id, row);
  const empty = h('section', { class: 'empty' },
      h('h2', {}, 'No stream yet'),
      h('p', {}, 'Push one with ffmpeg, or with anything that sends HLS or CMAF over HTTP. It shows here with its first segment:'),
      command(`ffmpeg -re -i CLIP.mp4 -c:v libx264 -g 50 -c:a aac -f hls -hls_time 2 -method PUT ${location.origin}/ingest/cam-7/index.m3u8`),
      h('p', {}, 'Or write a segment to the topic yourself; its key is the name of the stream:'),
      command('kcat -b 127.0.0.1:9092 -P -t upriver.segments -k cam-7 -X message.max.bytes=10000000 segment.ts'));
  const curves = charts('all streams');
  const curvesSection = h('section', { 'aria-labelledby': 'curves' },
      h('h2', { id: 'curves' }, 'Last five minutes'), curves.element);
  const filled = h('div', {},
      h('dl', { class: 'summary' }, live.element, rate.element, latency.element, rejected.element),
      h('section', { 'aria-labelledby': 'list' }, h('h2', { id: 'list', class: 'unseen' }, 'All streams'), rows),
      curvesSection);
  return {
    title: 'Streams',
    element: h('div', { class: 'view' }, h('h1', {}, 'Streams'), empty, filled),
    update: () => {
      const ids = [...state.streams.keys()].filter((id) => !isJob(id));
      const figures = new Map(ids.map((id) => [id, figuresOf(id)]));
      ids.sort((a, b) => Number(figures.get(b).isLive) - Number(figures.get(a).isLive) || a.localeCompare(b));
      const isKnown = state.known.has('streams');
      show(empty, isKnown && ids.length === 0);
      show(filled, ids.length > 0);
      live.set(number(ids.filter((id) => figures.get(id).isLive).length));
      rate.set(number(rateOfAll(), 1));
      latency.set(millis(quantile(state.reports.slice(-100).filter((i) => i.report.outcome).map(latencyOf), 0.5)));
      rejected.set(number(state.reports.filter((item) => item.way === 'rejected').length), 'in the last ten minutes');
      update(ids);
      if (ids.length > 0) {
        curves.update(state.reports);
      }
    },
    close: curves.close,
  };
}

function row(id) {
  const dot = h('span', { class: 'dot' });
  const since = h('span', { class: 'since' });
  const model = fact('model');
  const fps = fact('frames/s');
  const latency = fact('latency');
  const waiting = fact('waiting');
  const bars = ribbon();
  const element = h('li', { class: 'stream' },
      h('div', { class: 'who' },
          h('a', { class: 'name', href: `#/streams/${encodeURIComponent(id)}` }, id),
          h('span', { class: 'state' }, dot, since)),
      bars.element,
      h('dl', { class: 'facts' }, model.element, fps.element, latency.element, waiting.element));
  return {
    element,
    update: () => {
      const figures = figuresOf(id);
      dot.className = figures.isLive ? 'dot live' : 'dot';
      text(since, figures.isLive ? 'live' : figures.last ? `last segment ${ago(figures.last.committedMillis)}` : 'no segment yet');
      const settings = figures.stream?.settings ?? {};
      model.set(`${modelName(settings.model) ?? '–'} ×${settings.scale ?? 2}`, figures.digest ? `digest ${short(figures.digest)}` : '');
      fps.set(figures.isLive ? number(figures.fps, 1) : '–');
      latency.set(millis(figures.latency));
      waiting.set(figures.waiting == null ? '–' : plural(figures.waiting, 'segment'), 'in the stream’s partition, also of other streams');
      show(bars.element, figures.items.length > 0);
      bars.update(figures.items, figures.items.length ? waysInWords(figures.items.slice(-48)) : '');
    },
  };
}
