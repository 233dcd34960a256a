// The page: which part is shown, whether the service is there, light or dark.

import { jobView } from './job.js';
import { jobsView } from './jobs.js';
import { modelsView } from './models.js';
import { rejectedView } from './rejected.js';
import { connect, state, watch } from './store.js';
import { streamView } from './stream.js';
import { streamsView } from './streams.js';
import { show, text } from './dom.js';

const main = document.getElementById('main');
const VIEWS = { streams: [streamsView, streamView], models: [modelsView], rejected: [rejectedView], jobs: [jobsView, jobView] };
let view = null;

function route() {
  const [, name, id] = location.hash.split('/');
  const [all, one] = VIEWS[name] ?? VIEWS.streams;
  const isFirst = view === null;
  view?.close();
  view = id && one ? one(decodeURIComponent(id)) : all();
  main.replaceChildren(view.element);
  document.querySelectorAll('.nav a').forEach((link) => {
    const isHere = link.getAttribute('href') === `#/${VIEWS[name] ? name : 'streams'}`;
    link.toggleAttribute('aria-current', isHere);
    if (isHere) {
      link.setAttribute('aria-current', 'page');
    }
  });
  view.update();
  if (!isFirst) {
    main.focus({ preventScroll: true });
    scrollTo(0, 0);
  }
  describe();
}

const LINKS = { connecting: 'Connecting', live: 'Live', lost: 'Disconnected, trying again' };

function describe() {
  document.title = view.title === 'Streams' ? 'Upriver' : `${view.title} · Upriver`;
  const link = document.getElementById('link');
  link.dataset.state = state.link;
  text(link.querySelector('.words'), LINKS[state.link]);
  const banner = document.getElementById('banner');
  const isLost = state.link === 'lost';
  text(banner, isLost ? 'The service does not answer. What you see is from before; the page goes on by itself as soon as it is back.'
      : state.cluster.answers ? '' : `Kafka does not answer: ${state.cluster.detail}`);
  show(banner, isLost || !state.cluster.answers);
  const count = document.getElementById('rejected-count');
  const lately = state.reports.filter((item) => item.way === 'rejected').length;
  text(count, lately);
  count.title = 'in the last ten minutes';
  show(count, lately > 0);
}

// light, dark, or as the system has it
const THEMES = ['system', 'light', 'dark'];
const button = document.getElementById('theme');
function setTheme(name) {
  if (name === 'system') {
    document.documentElement.removeAttribute('data-theme');
  } else {
    document.documentElement.dataset.theme = name;
  }
  localStorage.setItem('theme', name);
  button.textContent = `Theme: ${name}`;
  dispatchEvent(new Event('themechange'));
}
button.addEventListener('click', () => {
  const now = localStorage.getItem('theme') ?? 'system';
  setTheme(THEMES[(THEMES.indexOf(now) + 1) % THEMES.length]);
});
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => dispatchEvent(new Event('themechange')));
setTheme(THEMES.includes(localStorage.getItem('theme')) ? localStorage.getItem('theme') : 'system');

addEventListener('hashchange', route);
const refresh = () => {
  view.update();
  describe();
};
watch(refresh);
// what is so many seconds ago grows older by itself
setInterval(refresh, 5_000);
route();
connect();
