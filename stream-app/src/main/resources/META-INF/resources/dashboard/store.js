// What the service has said, kept up to date by its events. Nobody polls.

import { wayOf } from './words.js';

const EVENTS = '/api/v1/events';
/** Older reports are of no use to any curve here. */
const KEEP_MILLIS = 10 * 60_000;
const MOST_REPORTS = 20_000;
/** The service sends at least a comment in ten seconds, which does not show here: a lost line shows by an error. */
const UNSEEN_MILLIS = 30_000;
const RETRY_MILLIS = [1_000, 2_000, 5_000, 10_000];

export const state = {
  /** connecting, live or lost */
  link: 'connecting',
  cluster: { answers: true },
  channels: [],
  builtIn: [],
  trials: [],
  /** by id */
  streams: new Map(),
  /** in the order in which they were committed: report, producedMillis, partition, way */
  reports: [],
  /** the same by stream */
  reportsOf: new Map(),
  rejected: [],
  /** null where the service has none */
  jobs: null,
  /** which kinds have been said at least once */
  known: new Set(),
};

const watchers = new Set();
let isScheduled = false;

/** Calls back after changes, at most once a frame; returns how to end that. */
export function watch(callback) {
  watchers.add(callback);
  return () => watchers.delete(callback);
}

function changed() {
  if (!isScheduled) {
    isScheduled = true;
    // not by animation frames: a window in the background has none, and its title is kept up to date
    setTimeout(() => {
      isScheduled = false;
      watchers.forEach((callback) => callback());
    }, 16);
  }
}

function takeReports({ complete, reports }) {
  if (complete) {
    state.reports = [];
    state.reportsOf = new Map();
  }
  for (const item of reports) {
    item.producedMillis = item.report.producedMillis ?? item.producedMillis;
    item.way = wayOf(item.report);
    state.reports.push(item);
    const id = item.report.streamId ?? '';
    if (!state.reportsOf.has(id)) {
      state.reportsOf.set(id, []);
    }
    state.reportsOf.get(id).push(item);
  }
  if (complete) {
    // those of several partitions came one partition after the other
    const byTime = (a, b) => a.report.committedMillis - b.report.committedMillis;
    state.reports.sort(byTime);
    state.reportsOf.forEach((list) => list.sort(byTime));
  }
  forget();
}

function forget() {
  const oldest = Date.now() - KEEP_MILLIS;
  const isOld = (item) => item.report.committedMillis < oldest;
  let old = state.reports.findIndex((item) => !isOld(item));
  old = Math.max(old < 0 ? state.reports.length : old, state.reports.length - MOST_REPORTS);
  if (old > 0) {
    state.reports.splice(0, old);
    for (const [id, list] of state.reportsOf) {
      const kept = list.filter((item) => !isOld(item)).slice(-MOST_REPORTS);
      if (kept.length) {
        state.reportsOf.set(id, kept);
      } else {
        state.reportsOf.delete(id);
      }
    }
  }
}

const takers = {
  cluster: (said) => { state.cluster = said; },
  models: (said) => { Object.assign(state, said); },
  streams: ({ complete, streams, gone }) => {
    if (complete) {
      state.streams = new Map();
    }
    streams.forEach((stream) => state.streams.set(stream.stream, stream));
    gone.forEach((id) => state.streams.delete(id));
  },
  reports: takeReports,
  rejected: (said) => { state.rejected = said.rejected; },
  jobs: (said) => { state.jobs = said.jobs; },
};

/**
 * Begins to listen, and begins again whenever the line is lost. A window that nobody sees listens no
 * longer: browsers have six connections to a service, for all windows together.
 */
export function connect(attempt = 0) {
  clearTimeout(retry);
  const source = new EventSource(EVENTS);
  line = source;
  let isLive = false;
  for (const [name, take] of Object.entries(takers)) {
    source.addEventListener(name, (event) => {
      take(JSON.parse(event.data));
      state.known.add(name);
      isLive = true;
      state.link = 'live';
      changed();
    });
  }
  source.onerror = () => {
    // a browser tries again by itself only after some kinds of trouble
    source.close();
    state.link = 'lost';
    changed();
    const next = isLive ? 0 : attempt;
    retry = setTimeout(() => connect(next + 1), RETRY_MILLIS[Math.min(next, RETRY_MILLIS.length - 1)]);
  };
}

let line = null;
let retry;
let hiding;
document.addEventListener('visibilitychange', () => {
  clearTimeout(hiding);
  if (document.visibilityState === 'hidden') {
    hiding = setTimeout(() => {
      clearTimeout(retry);
      line?.close();
      line = null;
    }, UNSEEN_MILLIS);
  } else if (line === null) {
    connect();
  }
});

/** Models that a stream may ask for, as options of a select. */
export function modelOptions(wanted) {
  const names = new Set([...state.builtIn, ...state.channels.filter((c) => c.current).map((c) => c.channel)]);
  const options = [...names].sort().map((name) => [name, name]);
  options.push(['none', 'none (interpolation)']);
  if (wanted && !options.some(([value]) => value === wanted)) {
    options.push([wanted, wanted.startsWith('sha256:') ? `pinned ${wanted.slice(7, 19)}` : wanted]);
  }
  return options;
}
