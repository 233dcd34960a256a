// Questions in front of the page.

import { attempt } from './api.js';
import { h } from './dom.js';

/**
 * Opens a dialog with a form.
 *
 * @param work what is done on "ok"; the dialog stays open where it is refused, and says why
 */
export function dialog({ title, words, fields = [], ok, isDangerous = false, work, success }) {
  const button = h('button', { type: 'submit', class: isDangerous ? 'primary danger' : 'primary' }, ok);
  const element = h('dialog', { 'aria-labelledby': 'dialog-title', onclose: () => element.remove() },
      h('form', {
        method: 'dialog',
        onsubmit: async (event) => {
          event.preventDefault();
          if (await attempt(button, work, success)) {
            element.close();
          }
        },
      },
      h('h2', { id: 'dialog-title' }, title),
      words && h('p', {}, words),
      h('div', { class: 'fields' }, fields),
      h('div', { class: 'buttons' }, button, h('button', { type: 'button', class: 'quiet', onclick: () => element.close() }, 'Cancel'))));
  document.body.append(element);
  element.showModal();
}
