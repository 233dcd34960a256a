// Before and after: the original, enlarged by the browser, on the left of a slider, ours on the right.

import { divider } from './divider.js';
import { h, select, show, text } from './dom.js';
import { clockOf, keepInStep } from './step.js';
import { enlarge } from './zoom.js';

const WORKER = '/webjars/hls.js/1.4.12/dist/hls.worker.js';
const RETRY_MILLIS = 2_000;

/**
 * A player.
 *
 * @param before and after addresses of playlists of HLS or of files; null for before: nothing to compare with
 * @param isLive whether there is no end, and no place to go to
 * @returns {element, close}
 */
export function player({ before, after, isLive, label }) {
  const ours = video('after');
  const theirs = before ? video('before') : null;
  ours.setAttribute('aria-label', `${label}, upscaled`);
  const notice = h('p', { class: 'notice', role: 'status' }, 'Loading');
  const stage = h('div', { class: 'stage' },
      theirs && h('div', { class: 'layer before' }, theirs),
      h('div', { class: 'layer after' }, ours),
      notice);
  const slide = theirs ? divider(stage) : null;

  const play = h('button', { type: 'button', class: 'play', onclick: () => (ours.paused ? ours.play() : ours.pause()) }, 'Play');
  const sound = h('button', { type: 'button', class: 'quiet', 'aria-pressed': 'false', onclick: () => { ours.muted = !ours.muted; } }, 'Sound off');
  const zoom = select([['1', 'Fit'], ['2', '2×'], ['4', '4×'], ['8', '8×']], '1', { 'aria-label': 'Zoom' });
  const full = h('button', { type: 'button', class: 'quiet', onclick: () => (document.fullscreenElement ? document.exitFullscreen() : element.requestFullscreen()) }, 'Full screen');
  const edge = h('button', { type: 'button', class: 'quiet', hidden: true, onclick: () => { ours.currentTime = sources[0].hls.liveSyncPosition ?? ours.duration; ours.play(); } }, 'Go live');
  const drift = h('span', { class: 'drift' });
  const seek = h('input', { type: 'range', class: 'seek', min: '0', max: '0', step: '0.04', value: '0', 'aria-label': 'Position', hidden: isLive,
    oninput: () => { ours.currentTime = Number(seek.value); } });
  const element = h('figure', { class: 'player' }, stage,
      h('div', { class: 'controls' }, play, seek, sound, h('label', { class: 'inline' }, h('span', {}, 'Zoom'), zoom), edge, drift, full));

  const sources = [open(ours, after, (words) => { text(notice, words); show(notice, Boolean(words)); })];
  let end = () => {};
  if (theirs) {
    sources.push(open(theirs, before, () => {}));
    end = keepInStep(clockOf(ours, sources[0].hls), clockOf(theirs, sources[1].hls), (ahead) => {
      text(drift, ahead == null ? 'original is not there yet' : Math.abs(ahead) < 0.045 ? 'in step' : `original ${Math.abs(Math.round(ahead * 1000))} ms ${ahead > 0 ? 'ahead' : 'behind'}`);
      element.dataset.drift = ahead == null ? '' : ahead.toFixed(3);
    });
  }
  zoom.addEventListener('change', enlarge(stage, slide, () => Number(zoom.value)));

  const listen = {
    play: () => text(play, 'Pause'),
    pause: () => text(play, 'Play'),
    volumechange: () => {
      text(sound, ours.muted ? 'Sound off' : 'Sound on');
      sound.setAttribute('aria-pressed', String(!ours.muted));
    },
    loadedmetadata: () => { stage.style.aspectRatio = `${ours.videoWidth} / ${ours.videoHeight}`; },
    resize: () => { stage.style.aspectRatio = `${ours.videoWidth} / ${ours.videoHeight}`; },
    waiting: () => { text(notice, 'Waiting for the next segment'); show(notice, true); },
    playing: () => show(notice, false),
    timeupdate: () => {
      if (!isLive && Number.isFinite(ours.duration)) {
        seek.max = ours.duration;
        seek.value = ours.currentTime;
      }
      const live = sources[0].hls?.liveSyncPosition;
      show(edge, isLive && live != null && live - ours.currentTime > 12);
    },
  };
  Object.entries(listen).forEach(([name, listener]) => ours.addEventListener(name, listener));
  return {
    element,
    close: () => {
      end();
      sources.forEach((source) => source.close());
    },
  };
}

function video(name) {
  const made = h('video', { class: name, playsinline: true, preload: 'auto' });
  made.muted = true;
  made.autoplay = true;
  if (name === 'before') {
    made.setAttribute('aria-hidden', 'true');
  }
  return made;
}

/** Loads a playlist or a file, and loads it again while there is none; {hls, close}. */
function open(target, address, said) {
  const isList = address.endsWith('.m3u8');
  if (!isList || !globalThis.Hls?.isSupported()) {
    target.src = address;
    target.addEventListener('error', () => said(`This browser cannot play it: ${target.error?.message || 'no decoder for it'}`));
    return { hls: null, close: () => { target.removeAttribute('src'); target.load(); } };
  }
  const hls = new Hls({ workerPath: WORKER, lowLatencyMode: false, backBufferLength: 30, liveSyncDurationCount: 4 });
  let timer;
  hls.on(Hls.Events.ERROR, (_, error) => {
    if (!error.fatal) {
      return;
    }
    if (error.type === Hls.ErrorTypes.MEDIA_ERROR && !/codec/i.test(error.details)) {
      hls.recoverMediaError();
      return;
    }
    if (/codec/i.test(error.details)) {
      said('This browser cannot play this codec. H.264 plays everywhere: it is a setting of the stream.');
      return;
    }
    said(error.response?.code === 404 ? 'There is nothing to play yet' : 'The stream cannot be reached; trying again');
    clearTimeout(timer);
    timer = setTimeout(() => hls.loadSource(address), RETRY_MILLIS);
  });
  hls.on(Hls.Events.FRAG_BUFFERED, () => said(''));
  hls.loadSource(address);
  hls.attachMedia(target);
  return {
    hls,
    close: () => {
      clearTimeout(timer);
      hls.destroy();
    },
  };
}
