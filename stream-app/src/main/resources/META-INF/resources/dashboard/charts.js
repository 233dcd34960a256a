// Three curves over the last minutes, drawn by uPlot; what they say is beside them in words.

import { curves } from './figures.js';
import { fact, h, text } from './dom.js';
import { millis, number } from './words.js';

const MINUTES = 5;
const HEIGHT = 168;

const CHARTS = [
  {
    title: 'Throughput',
    unit: 'frames a second',
    lines: [{ label: 'all streams', of: 'rate', colour: '--net', fill: true, say: (v) => number(v, 1) }],
    axis: (v) => number(v),
  },
  {
    title: 'Latency',
    unit: 'produced to committed',
    lines: [
      { label: 'median', of: 'median', colour: '--net', say: millis },
      { label: '99 %', of: 'worst', colour: '--interp', say: millis },
    ],
    axis: (v) => (v === 0 ? '0' : millis(v)),
  },
  {
    title: 'Stages',
    unit: 'a segment, on average; they overlap',
    lines: [
      { label: 'decode', of: 'decode', colour: '--pass', say: millis },
      { label: 'network', of: 'network', colour: '--net', say: millis },
      { label: 'encode', of: 'encode', colour: '--cheap', say: millis },
    ],
    axis: (v) => (v === 0 ? '0' : millis(v)),
  },
];

/** Charts for whatever reports are handed over; {element, update, close}. */
export function charts(label) {
  const element = h('div', { class: 'charts' });
  const drawn = CHARTS.map((kind) => chart(kind, element, label));
  const resized = new ResizeObserver(() => drawn.forEach((one) => one.fit()));
  resized.observe(element);
  const recoloured = () => drawn.forEach((one) => one.redraw());
  addEventListener('themechange', recoloured);
  return {
    element,
    update: (items) => {
      const data = curves(items, MINUTES);
      drawn.forEach((one) => one.update(data));
    },
    close: () => {
      resized.disconnect();
      removeEventListener('themechange', recoloured);
      drawn.forEach((one) => one.close());
    },
  };
}

function chart(kind, parent, label) {
  const canvas = h('div', { class: 'plot', role: 'img' });
  const values = kind.lines.map((line) => {
    const value = fact(line.label === 'all streams' ? label : line.label, 'key');
    value.element.dataset.colour = line.colour.slice(2);
    return value;
  });
  parent.append(h('figure', { class: 'chart' },
      h('figcaption', {}, h('strong', {}, kind.title), ' ', h('span', {}, kind.unit)),
      canvas,
      h('dl', { class: 'keys' }, values.map((value) => value.element))));

  const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  // resolves light-dark(), which a canvas does not know
  const paint = (name) => {
    canvas.style.color = `var(${name})`;
    return getComputedStyle(canvas).color;
  };
  let data = null;
  let plot = null;

  const make = () => {
    plot?.destroy();
    const muted = paint('--muted');
    const line = paint('--line');
    const axis = { stroke: muted, font: `11px ${colour('--sans')}`, grid: { stroke: line, width: 1 }, ticks: { show: false } };
    plot = new uPlot({
      width: canvas.clientWidth || 300,
      height: HEIGHT,
      padding: [8, 18, 0, 0],
      legend: { show: false },
      cursor: { show: false },
      scales: { y: { range: (_, min, max) => [0, Math.max(max, 1) * 1.15] } },
      axes: [
        { ...axis, size: 28, space: 60, incrs: [60, 120, 300], grid: { show: false }, values: (_, times) => times.map((t) => new Date(t * 1000).toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' })) },
        { ...axis, size: 62, gap: 6, space: 40, values: (_, vs) => vs.map(kind.axis) },
      ],
      series: [{}, ...kind.lines.map(({ colour: name, fill }) => {
        const stroke = paint(name);
        return {
          stroke,
          width: 2,
          spanGaps: false,
          fill: fill ? stroke.replace('rgb(', 'rgba(').replace(')', ', 0.12)') : undefined,
          points: { show: (_, series, from, to) => to - from < 3, size: 5, fill: stroke },
        };
      })],
    }, data, canvas);
  };

  return {
    update: (curve) => {
      data = [curve.times, ...kind.lines.map((line) => curve[line.of])];
      if (!plot) {
        make();
      } else {
        plot.setData(data);
      }
      const said = kind.lines.map((line, i) => {
        const last = curve[line.of].findLast((v) => v != null);
        values[i].set(last == null ? '–' : line.say(last));
        return `${line.label} ${last == null ? 'nothing' : line.say(last)}`;
      });
      const words = `${kind.title} of the last ${MINUTES} minutes, ${kind.unit}; now: ${said.join(', ')}`;
      if (canvas.getAttribute('aria-label') !== words) {
        canvas.setAttribute('aria-label', words);
      }
    },
    fit: () => plot?.setSize({ width: canvas.clientWidth, height: HEIGHT }),
    redraw: () => plot && make(),
    close: () => plot?.destroy(),
  };
}

/** The last segments of a stream as a row of bars in the colours of their ways; {element, update}. */
export function ribbon(most = 48) {
  const bars = h('div', { class: 'ribbon-bars', 'aria-hidden': 'true' });
  const words = h('span', { class: 'ribbon-words' });
  return {
    element: h('div', { class: 'ribbon' }, bars, words),
    update: (items, said) => {
      const last = items.slice(-most);
      while (bars.children.length > last.length) {
        bars.firstChild.remove();
      }
      while (bars.children.length < last.length) {
        bars.append(document.createElement('i'));
      }
      last.forEach((item, i) => {
        const bar = bars.children[i];
        if (bar.dataset.way !== item.way) {
          bar.dataset.way = item.way;
        }
      });
      text(words, said);
    },
  };
}
