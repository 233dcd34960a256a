// The settings of a stream. What somebody is changing is not overwritten by what the service says.

import { ask, attempt, PATCH, streamPath } from './api.js';
import { field, h, select, setOptions, show } from './dom.js';
import { modelOptions } from './store.js';

const NUMBERS = new Set(['scale', 'crf', 'bitrate', 'deadlineMillis']);

/** {element, update}. */
export function settingsForm(id) {
  const number = (name, min, max, placeholder) => h('input', { type: 'number', inputmode: 'numeric', name, min, max, placeholder });
  const controls = {
    model: select(modelOptions(), 'default', { name: 'model' }),
    scale: number('scale', 1, 8, '2'),
    codec: select(['h264', 'hevc', 'av1'], 'h264', { name: 'codec' }),
    container: select([['', 'as it comes in'], 'mpegts', 'fmp4', 'matroska'], '', { name: 'container' }),
    crf: number('crf', 0, 63, 'default'),
    bitrate: number('bitrate', 1000, 2_000_000_000, 'by quality'),
    deadlineMillis: number('deadlineMillis', 1, 86_400_000, 'none'),
    deinterlace: select(['auto', 'off'], 'auto', { name: 'deinterlace' }),
    withoutModel: select(['interpolate', 'reject'], 'interpolate', { name: 'withoutModel' }),
  };
  let known = {};
  let isChanged = false;
  const save = h('button', { type: 'submit', class: 'primary' }, 'Save');
  const undo = h('button', { type: 'button', class: 'quiet', onclick: () => { isChanged = false; fill(); } }, 'Undo');
  const reset = h('button', { type: 'button', class: 'quiet', onclick: async () => {
    if (await attempt(reset, () => ask('DELETE', streamPath(id)), `${id} has the default settings`)) {
      isChanged = false;
    }
  } }, 'Defaults');

  const shown = (name) => (controls[name].value === '' ? null : NUMBERS.has(name) ? Number(controls[name].value) : controls[name].value);
  const fill = () => {
    setOptions(controls.model, modelOptions(known.model));
    Object.entries(controls).forEach(([name, control]) => {
      const value = known[name] == null ? '' : String(known[name]);
      if (control.value !== value) {
        control.value = value;
      }
    });
    show(undo, false);
  };
  const element = h('form', {
    class: 'card settings',
    'aria-labelledby': 'settings',
    oninput: () => {
      isChanged = true;
      show(undo, true);
    },
    onsubmit: async (event) => {
      event.preventDefault();
      const patch = {};
      Object.keys(controls).forEach((name) => {
        if (shown(name) !== (known[name] ?? null)) {
          patch[name] = shown(name);
        }
      });
      const isDone = await attempt(save, async () => {
        known = await ask('PATCH', streamPath(id), { body: JSON.stringify(patch), type: PATCH });
      }, `Saved; ${id} is done so from its next segment on`);
      if (isDone) {
        isChanged = false;
        fill();
      }
    },
  },
  h('h2', { id: 'settings' }, 'Settings'),
  h('div', { class: 'fields' },
      field('Model', controls.model),
      field('Scale', controls.scale),
      field('Codec', controls.codec),
      field('Container', controls.container),
      field('Quality (CRF)', controls.crf, 'lower is better'),
      field('Bit rate, bit/s', controls.bitrate),
      field('Deadline, ms', controls.deadlineMillis, 'produced to committed'),
      field('Interlaced pictures', controls.deinterlace),
      field('Without a model', controls.withoutModel)),
  h('div', { class: 'buttons' }, save, undo, reset));
  show(undo, false);
  return {
    element,
    update: (settings) => {
      if (!isChanged) {
        known = settings ?? { model: 'default', scale: 2, codec: 'h264', deinterlace: 'auto', withoutModel: 'interpolate' };
        fill();
      }
    },
  };
}
