// Figures of streams, worked out of the reports of their segments.

import { state } from './store.js';
import { WAYS, quantile } from './words.js';

const RATE_MILLIS = 30_000;
const LATENCY_SEGMENTS = 30;
/** Without a segment for so long a stream is not live, unless its segments are long. */
const SILENT_MILLIS = 15_000;

/** Ids that file jobs give their streams: they are shown as jobs. */
export const isJob = (id) => /^(job|upscale)-/.test(id);

export const latencyOf = (item) => item.report.committedMillis - item.producedMillis;

/** What is known of a stream now. */
export function figuresOf(id) {
  const stream = state.streams.get(id);
  const items = state.reportsOf.get(id) ?? [];
  const now = Date.now();
  const last = items.at(-1)?.report ?? stream?.last ?? null;
  const pace = items.length > 1
    ? (items.at(-1).report.committedMillis - items[0].report.committedMillis) / (items.length - 1) : 0;
  const age = last ? now - last.committedMillis : Infinity;
  return {
    stream,
    last,
    items,
    isLive: age < Math.max(SILENT_MILLIS, 3 * pace),
    fps: rateOf(items, now),
    latency: quantile(items.slice(-LATENCY_SEGMENTS).filter((i) => i.report.outcome).map(latencyOf), 0.5),
    waiting: stream?.waiting ?? null,
    digest: items.findLast((item) => item.report.outcome?.modelDigest)?.report.outcome.modelDigest
      ?? last?.outcome?.modelDigest ?? null,
  };
}

/** Frames a second of one stream of late: what came between its first and its last segment in that time. */
export function rateOf(items, now = Date.now()) {
  const first = items.findIndex((item) => item.report.committedMillis > now - RATE_MILLIS);
  const lately = first < 0 ? [] : items.slice(first);
  if (lately.length < 2) {
    return 0;
  }
  const frames = lately.slice(1).reduce((sum, item) => sum + (item.report.outcome?.framesOut ?? 0), 0);
  const took = lately.at(-1).report.committedMillis - lately[0].report.committedMillis;
  return frames / (Math.max(1, took) / 1000);
}

/** The same of all streams together. */
export const rateOfAll = () => [...state.reportsOf.values()].reduce((sum, items) => sum + rateOf(items), 0);

/** How many segments were done in which way, in words: "38 network, 2 interpolated". */
export function waysInWords(items) {
  return WAYS.map(({ name, label }) => [items.filter((item) => item.way === name).length, label])
    .filter(([count]) => count > 0)
    .map(([count, label]) => `${count} ${label}`)
    .join(', ') || 'none';
}

/**
 * Curves of the last minutes in steps of some seconds: times in seconds since 1970, and for each
 * curve a value or null at each of them.
 */
export function curves(items, minutes = 5, stepMillis = 5_000) {
  // the newest step is not full yet, and would look like a fall
  const end = Math.floor(Date.now() / stepMillis) * stepMillis;
  const count = (minutes * 60_000) / stepMillis;
  const steps = Array.from({ length: count }, () => []);
  for (const item of items) {
    const index = count - Math.ceil((end - item.report.committedMillis) / stepMillis);
    if (index >= 0 && index < count) {
      steps[index].push(item);
    }
  }
  // over three steps: a segment has frames of seconds
  const done = (step) => step.reduce((sum, item) => sum + (item.report.outcome?.framesOut ?? 0), 0);
  const rate = steps.map((_, i) => {
    const span = steps.slice(Math.max(0, i - 2), i + 1);
    return span.reduce((sum, step) => sum + done(step), 0) / span.length / (stepMillis / 1000);
  });
  const each = (value) => steps.map((step) => value(step.filter((item) => item.report.outcome)));
  const mean = (name) => each((step) => (step.length
    ? step.reduce((sum, item) => sum + item.report.outcome[name], 0) / step.length : null));
  return {
    times: steps.map((_, i) => (end - (count - i) * stepMillis + stepMillis / 2) / 1000),
    rate,
    median: each((step) => quantile(step.map(latencyOf), 0.5)),
    worst: each((step) => quantile(step.map(latencyOf), 0.99)),
    decode: mean('decodeMillis'),
    network: mean('networkMillis'),
    encode: mean('encodeMillis'),
  };
}
