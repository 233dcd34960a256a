// Numbers and names as people read them.

const DATE = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit' });
const DAY = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' });

/** Ways in which a segment is done, from the best on. */
export const WAYS = [
  { name: 'network', label: 'network', colour: '--net' },
  { name: 'cheaper', label: 'cheaper way', colour: '--cheap' },
  { name: 'interpolated', label: 'interpolated', colour: '--interp' },
  { name: 'passthrough', label: 'passed through', colour: '--pass' },
  { name: 'rejected', label: 'rejected', colour: '--rej' },
];

/** How a segment was done by its report. */
export function wayOf(report) {
  if (!report.outcome) {
    return 'rejected';
  }
  return report.outcome.shortcut && report.outcome.method === 'network' ? 'cheaper' : report.outcome.method;
}

export function millis(ms) {
  if (ms == null || Number.isNaN(ms)) {
    return '–';
  }
  return ms < 1000 ? `${Math.round(ms)} ms` : ms < 60_000 ? `${(ms / 1000).toFixed(ms < 10_000 ? 2 : 1)} s` : span(ms);
}

/** A span of time in its two largest units. */
export function span(ms) {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 60) {
    return `${seconds} s`;
  }
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) {
    return `${minutes} min ${seconds % 60} s`;
  }
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? `${hours} h ${minutes % 60} min` : `${Math.floor(hours / 24)} days`;
}

export function ago(then) {
  const ms = Date.now() - then;
  return ms < 2_000 ? 'now' : ms < 60_000 ? `${Math.round(ms / 1000)} s ago`
      : ms < 3_600_000 ? `${Math.round(ms / 60_000)} min ago` : DAY.format(then);
}

export const clock = (then) => (Date.now() - then < 12 * 3_600_000 ? DATE.format(then) : DAY.format(then));

export function bytes(count) {
  if (count == null) {
    return '–';
  }
  const units = ['bytes', 'kB', 'MB', 'GB', 'TB'];
  let unit = 0;
  while (count >= 1000 && unit < units.length - 1) {
    count /= 1000;
    unit++;
  }
  return `${unit && count < 100 ? count.toFixed(1) : Math.round(count)} ${units[unit]}`;
}

export const number = (value, digits = 0) =>
  (value == null || Number.isNaN(value) ? '–' : value.toLocaleString('en-GB', { minimumFractionDigits: digits, maximumFractionDigits: digits }));

export const short = (digest) => (digest ? digest.slice(0, 12) : '');

/** A model as in the settings of a stream. */
export const modelName = (model) => (model?.startsWith('sha256:') ? `pinned ${model.slice(7, 15)}` : model === 'none' ? 'interpolation' : model);

/** The value below which a part of all values lies; null for none. */
export function quantile(values, part) {
  if (!values.length) {
    return null;
  }
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))];
}

export const plural = (count, one, many = `${one}s`) => `${number(count)} ${count === 1 ? one : many}`;
