// Elements without a framework: made once, changed in place, so that focus and what was typed stay.

/**
 * An element. Properties beginning with "on" are listeners, "class" and others are attributes;
 * true is an attribute without a value, false and null are left out.
 */
export function h(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name.startsWith('on')) {
      element.addEventListener(name.slice(2), value);
    } else if (value === true) {
      element.setAttribute(name, '');
    } else if (value !== false && value != null) {
      element.setAttribute(name, value);
    }
  }
  element.append(...children.flat().filter((child) => child != null && child !== false));
  return element;
}

/** Sets text, if it is another one: screen readers and selections are left alone otherwise. */
export function text(element, words) {
  const wanted = String(words ?? '');
  if (element.textContent !== wanted) {
    element.textContent = wanted;
  }
}

export function show(element, visible) {
  if (element.hidden === visible) {
    element.hidden = !visible;
  }
}

/**
 * Keeps the children of an element in step with a list.
 *
 * @param key of an item, a text
 * @param create makes the element of an item and returns {element, update}
 */
export function keyed(parent, key, create) {
  const rows = new Map();
  return (items) => {
    const wanted = new Set(items.map(key));
    for (const [name, row] of rows) {
      if (!wanted.has(name)) {
        row.element.remove();
        rows.delete(name);
      }
    }
    items.forEach((item, index) => {
      const name = key(item);
      if (!rows.has(name)) {
        rows.set(name, create(item));
      }
      const row = rows.get(name);
      row.update(item);
      if (parent.children[index] !== row.element) {
        parent.insertBefore(row.element, parent.children[index] ?? null);
      }
    });
  };
}

/** A label and what it says, for a list of facts; {element, set}. */
export function fact(label, className = '') {
  const value = h('dd', {}, '–');
  return {
    element: h('div', { class: `fact ${className}` }, h('dt', {}, label), value),
    set: (words, title) => {
      text(value, words);
      if (title) {
        value.title = title;
      }
    },
  };
}

/** A label around a control, with words below it. */
export function field(label, control, hint) {
  return h('label', { class: 'field' }, h('span', { class: 'label' }, label), control,
      hint ? h('span', { class: 'hint' }, hint) : null);
}

export function select(options, value, properties = {}) {
  const control = h('select', properties);
  setOptions(control, options);
  control.value = value ?? '';
  return control;
}

/** Gives a select other options, and keeps what was chosen. */
export function setOptions(control, options) {
  const wanted = options.map((option) => (Array.isArray(option) ? option : [option, option]));
  const same = wanted.length === control.options.length
      && wanted.every(([value, label], i) => control.options[i].value === value && control.options[i].text === label);
  if (!same) {
    const chosen = control.value;
    control.replaceChildren(...wanted.map(([value, label]) => h('option', { value }, label)));
    if (wanted.some(([value]) => value === chosen)) {
      control.value = chosen;
    }
  }
}

/** A command to copy. */
export function command(words) {
  const button = h('button', {
    type: 'button',
    class: 'quiet',
    onclick: async () => {
      try {
        await navigator.clipboard.writeText(words);
        text(button, 'Copied');
      } catch {
        getSelection().selectAllChildren(code);
        text(button, 'Selected');
      }
    },
  }, 'Copy');
  const code = h('code', {}, words);
  return h('div', { class: 'command' }, h('pre', { tabindex: '0' }, code), button);
}
