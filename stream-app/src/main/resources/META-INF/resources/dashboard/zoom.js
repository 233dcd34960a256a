// A closer look at the pictures on a stage: by mouse, touch and keys.

/**
 * Enlarges them around a point that is dragged, or moved by the arrow keys.
 *
 * @param slide the slider that a drag is for while nothing is enlarged, or null
 * @param factor says by how much
 * @returns what to call when that has changed
 */
export function enlarge(stage, slide, factor) {
  let x = 0.5;
  let y = 0.5;
  let drag = null;
  const apply = () => {
    const zoom = factor();
    stage.classList.toggle('zoomed', zoom > 1);
    for (const one of stage.querySelectorAll('video')) {
      one.style.transformOrigin = `${x * 100}% ${y * 100}%`;
      one.style.transform = zoom > 1 ? `scale(${zoom})` : '';
    }
    if (zoom > 1) {
      stage.tabIndex = 0;
      stage.setAttribute('role', 'group');
      stage.setAttribute('aria-label', `Picture, enlarged ${zoom} times; arrow keys move it`);
    } else {
      stage.removeAttribute('tabindex');
      stage.removeAttribute('role');
      stage.removeAttribute('aria-label');
    }
  };
  const move = (dx, dy) => {
    x = Math.max(0, Math.min(1, x + dx));
    y = Math.max(0, Math.min(1, y + dy));
    apply();
  };
  stage.addEventListener('pointerdown', (event) => {
    if (event.target.closest('[role=slider]') || event.button !== 0) {
      return;
    }
    if (factor() === 1) {
      slide?.grab(event);
      return;
    }
    drag = event;
    stage.setPointerCapture(event.pointerId);
  });
  stage.addEventListener('pointermove', (event) => {
    if (drag) {
      const size = stage.getBoundingClientRect();
      const room = factor() - 1;
      move((drag.clientX - event.clientX) / size.width / room, (drag.clientY - event.clientY) / size.height / room);
      drag = event;
    }
  });
  stage.addEventListener('pointerup', () => { drag = null; });
  stage.addEventListener('pointercancel', () => { drag = null; });
  stage.addEventListener('keydown', (event) => {
    const step = { ArrowLeft: [-0.1, 0], ArrowRight: [0.1, 0], ArrowUp: [0, -0.1], ArrowDown: [0, 0.1] }[event.key];
    if (step && event.target === stage) {
      event.preventDefault();
      move(...step);
    }
  });
  return apply;
}
