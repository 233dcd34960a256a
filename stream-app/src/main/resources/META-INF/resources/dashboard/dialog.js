// Questions in front of the page.

import { attempt } from './api.js';
import { h, show, text } from './dom.js';

/**
 * Opens a dialog with a form.
 *
 * @param work what is done on "ok"; the dialog stays open where it is refused, and says why
 */
export function dialog({ title, words, fields = [], ok, isDangerous = false, work, success }) {
  const button = h('button', { type: 'submit', class: isDangerous ? 'primary danger' : 'primary' }, ok);
  const refusal = h('p', { class: 'refusal', role: 'alert', hidden: true });
  const element = h('dialog', { 'aria-labelledby': 'dialog-title', onclose: () => element.remove() },
      h('form', {
        method: 'dialog',
        onsubmit: async (event) => {
          event.preventDefault();
          show(refusal, false);
          await attempt(button, async () => {
            const answer = await work();
            // before anything is said: what is behind a dialog is not read out
            element.close();
            return answer;
          }, success, (said) => {
            text(refusal, said);
            show(refusal, true);
          });
        },
      },
      h('h2', { id: 'dialog-title' }, title),
      words && h('p', {}, words),
      h('div', { class: 'fields' }, fields),
      refusal,
      h('div', { class: 'buttons' }, button, h('button', { type: 'button', class: 'quiet', onclick: () => element.close() }, 'Cancel'))));
  document.body.append(element);
  element.showModal();
}
