// The slider between before and after: by mouse, touch and keys.

import { h } from './dom.js';

const KEYS = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1, PageDown: -10, PageUp: 10 };

/** Puts a slider on a stage with the layers "before" and "after"; {grab}. */
export function divider(stage) {
  const handle = h('div', {
    class: 'divider',
    role: 'slider',
    tabindex: '0',
    'aria-label': 'Divide between original and upscaled',
    'aria-orientation': 'horizontal',
    'aria-valuemin': '0',
    'aria-valuemax': '100',
  }, h('span', { class: 'grip', 'aria-hidden': 'true' }));
  stage.append(
      h('span', { class: 'tag left', 'aria-hidden': 'true' }, 'Original'),
      h('span', { class: 'tag right', 'aria-hidden': 'true' }, 'Upscaled'),
      handle);
  let percent;
  const set = (value) => {
    percent = Math.max(0, Math.min(100, value));
    const shown = Math.round(percent);
    stage.style.setProperty('--divide', `${percent}%`);
    handle.setAttribute('aria-valuenow', shown);
    handle.setAttribute('aria-valuetext', `original ${shown} %, upscaled ${100 - shown} %`);
  };
  const follow = (event) => {
    const size = stage.getBoundingClientRect();
    set(((event.clientX - size.left) / size.width) * 100);
  };
  const grab = (event) => {
    event.preventDefault();
    handle.setPointerCapture(event.pointerId);
    handle.focus({ preventScroll: true });
    follow(event);
  };
  handle.addEventListener('pointerdown', grab);
  handle.addEventListener('pointermove', (event) => {
    if (handle.hasPointerCapture(event.pointerId)) {
      follow(event);
    }
  });
  handle.addEventListener('keydown', (event) => {
    const step = KEYS[event.key];
    if (step) {
      set(Math.round(percent) + step * (event.shiftKey ? 10 : 1));
    } else if (event.key === 'Home') {
      set(0);
    } else if (event.key === 'End') {
      set(100);
    } else {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  });
  set(50);
  return { grab };
}
