// The result of one job beside what came in.

import { h, text } from './dom.js';
import { jobPath } from './jobs.js';
import { player } from './player.js';
import { state } from './store.js';
import { bytes, number } from './words.js';

export function jobView(id) {
  const name = h('h1', {}, id);
  const about = h('p', { class: 'lead' });
  const watching = player({
    before: `${jobPath(id)}/original`,
    after: `/vod/${encodeURIComponent(id)}/index.m3u8`,
    isLive: false,
    label: id,
  });
  return {
    title: 'Job',
    element: h('div', { class: 'view' },
        h('p', { class: 'crumb' }, h('a', { href: '#/jobs' }, 'Jobs')), name, about, watching.element,
        h('div', { class: 'buttons' }, h('a', { class: 'button', href: `${jobPath(id)}/result`, download: true }, 'Download'))),
    update: () => {
      const job = state.jobs?.find((one) => one.job === id);
      if (job) {
        text(name, job.name);
        text(about, `${[job.sizeIn, job.sizeOut].filter(Boolean).join(' → ')}, ${number(job.framesDone)} frames, ${bytes(job.bytesOut)}, model ${job.model}`);
      }
    },
    close: watching.close,
  };
}
