// What is asked before a model is published, tried or pinned.

import { ask, BYTES, modelPath, PATCH, streamPath } from './api.js';
import { dialog } from './dialog.js';
import { field, h, select } from './dom.js';
import { isJob } from './figures.js';
import { state } from './store.js';
import { short } from './words.js';

const fileField = () => h('input', { type: 'file', required: true, accept: '.onnx,application/octet-stream' });
const channelField = (name) => h('input', { type: 'text', required: true, value: name, maxlength: '200', autocomplete: 'off', spellcheck: 'false' });

export function publish(name) {
  const file = fileField();
  const channel = channelField(name);
  dialog({
    title: 'Publish a model',
    words: 'It is tried here first, and is then the channel’s model from the next segment of every stream on.',
    fields: [field('ONNX file', file), field('Channel', channel)],
    ok: 'Publish',
    work: () => ask('PUT', modelPath(channel.value), { body: file.files[0], type: BYTES }),
    success: (answer) => `${answer.channel} has ${short(answer.current.digest)}`,
  });
}

export function tryOut(name) {
  const file = fileField();
  const share = h('input', { type: 'number', min: '0', max: '100', value: '10', required: true });
  const streams = h('input', { type: 'text', placeholder: 'cam-7, cam-8', autocomplete: 'off', spellcheck: 'false' });
  const segments = h('input', { type: 'number', min: '1', value: '50', required: true });
  const automatic = h('input', { type: 'checkbox' });
  automatic.checked = true;
  dialog({
    title: `Try a model on some streams of ${name}`,
    words: 'Each segment is compared with what the current model makes of the same frame. One that it fails on is done by the current model.',
    fields: [
      field('ONNX file', file),
      field('Share of the streams, %', share),
      field('Streams by name', streams, 'besides, separated by commas'),
      field('Segments until it is promoted', segments),
      h('label', { class: 'check' }, automatic, 'Promote it or roll it back by its results'),
    ],
    ok: 'Begin',
    work: () => ask('PUT', `${modelPath(name)}/canary`, {
      body: file.files[0],
      type: BYTES,
      headers: {
        'upriver-canary': JSON.stringify({
          share: Number(share.value) / 100,
          streams: streams.value.split(',').map((id) => id.trim()).filter(Boolean),
          segments: Number(segments.value),
          automatic: automatic.checked,
        // headers are bytes: names in other scripts travel escaped
        }).replace(/[^\x20-\x7e]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`),
      },
    }),
    success: (answer) => `${short(answer.digest)} is on trial`,
  });
}

export function pinTo(channel, model) {
  const ids = [...state.streams.keys()].filter((id) => !isJob(id));
  const stream = ids.length
    ? select(ids, ids[0]) : h('input', { type: 'text', required: true, placeholder: 'cam-7', autocomplete: 'off' });
  dialog({
    title: 'Pin a model to a stream',
    words: `The stream keeps ${short(model.slice(7))} of ${channel}, whatever is published later.`,
    fields: [field('Stream', stream)],
    ok: 'Pin',
    work: () => ask('PATCH', streamPath(stream.value), { body: JSON.stringify({ model }), type: PATCH }),
    success: () => `${stream.value} has ${short(model.slice(7))}`,
  });
}
