// Segments that could not be processed, and why.

import { ask, attempt } from './api.js';
import { h, keyed, show, text } from './dom.js';
import { state } from './store.js';
import { bytes, clock, plural } from './words.js';

export function rejectedView() {
  const list = h('ul', { class: 'rejections' });
  const update = keyed(list, (item) => `${item.partition}/${item.offset}`, row);
  const empty = h('section', { class: 'empty' },
      h('h2', {}, 'Nothing was rejected lately'),
      h('p', {}, 'A segment that cannot be processed comes here with the reason, and can get another chance.'));
  return {
    title: 'Rejected',
    element: h('div', { class: 'view' }, h('h1', {}, 'Rejected segments'), empty, list),
    update: () => {
      show(empty, state.known.has('rejected') && state.rejected.length === 0);
      update(state.rejected);
    },
    close: () => {},
  };
}

function row({ partition, offset, timestampMillis, bytes: size, replays, rejection }) {
  const path = `/api/v1/rejected/${partition}/${offset}`;
  const id = rejection.streamId;
  const when = h('time', { datetime: new Date(timestampMillis).toISOString() });
  const again = h('button', { type: 'button', class: 'quiet', disabled: size == null, onclick: () => attempt(again,
      () => ask('POST', `${path}/replay`),
      (answer) => `Segment ${rejection.sequence} is on the topic again${answer.note ? `; it ${answer.note}` : ''}`) }, 'Replay');
  const element = h('li', { class: 'card rejection' },
      h('div', { class: 'words' },
          h('h2', {}, id ? h('a', { href: `#/streams/${encodeURIComponent(id)}` }, id) : 'no stream', ' ',
              h('span', { class: 'muted' }, `segment ${rejection.sequence}`), ' ',
              h('span', { class: 'badge', 'data-state': 'refused' }, rejection.code.replaceAll('-', ' '))),
          h('p', { class: 'message' }, rejection.message),
          h('p', { class: 'muted' }, when, `, ${size == null ? 'bytes not kept' : bytes(size)}, by ${rejection.worker}${replays ? `, replayed ${plural(replays, 'time')} before` : ''}`)),
      h('div', { class: 'buttons' }, again,
          size != null && h('a', { href: path, download: `${id ?? 'segment'}-${rejection.sequence}.bin` }, 'Download')));
  return { element, update: () => text(when, clock(timestampMillis)) };
}
