import { ask, credentials, headers } from '/page/api.js';
import { focusRows, go, setTables, show, showError, startBrowser, turn } from '/page/browser.js';
import { byId, copyFrom, duration, element, number } from '/page/dom.js';
import { startLive, togglePause } from '/page/live.js';
import { hashOf } from '/page/place.js';
import { countRequests, seeCounters } from '/page/rates.js';
import { readSchema } from '/page/schema.js';

const REFRESH_MS = 2000;
let tables = new Map();

function setState(good, text) {
  byId('state').className = `state ${good ? 'good' : 'bad'}`;
  byId('state').lastElementChild.textContent = text;
}

function drawFacts(data) {
  byId('version').textContent = data.version;
  byId('blueprint').textContent = data.blueprint;
  byId('blueprint').title = data.description;
  byId('engine').textContent = data.engine;
  byId('uptime').textContent = duration(data.uptime_seconds);
  byId('position').textContent = data.position === undefined ? '–' : number(data.position);
  byId('role').textContent = data.role ? data.role.replace('_', ' ') : 'enter a key';
  byId('role').classList.toggle('primary', !data.role);
  byId('owner-note').hidden = data.role !== 'owner';
}

function drawCounts(counts) {
  const known = new Map(counts.map(({ name, rows }) => [name, rows]));
  for (const link of byId('tables').querySelectorAll('a')) {
    const rows = known.get(link.dataset.table);
    link.querySelector('.rows').textContent = rows === undefined ? 'view' : rows === null ? 'many' : number(rows);
  }
  const sum = counts.reduce((all, { rows }) => all + (rows ?? 0), 0);
  byId('rows').textContent = counts.length > 0 ? `${number(sum)} rows` : '';
}

function drawKeys(keys) {
  byId('keys').hidden = !keys;
  byId('keys').querySelector('ul').replaceChildren(...(keys ?? []).map((key) =>
    element('li', { className: key.revoked_at ? 'revoked' : '' }, element('code', {}, `${key.prefix}…`), ` ${key.kind}`, key.name ? ` · ${key.name}` : '')));
}

function drawTables() {
  byId('tables').replaceChildren(...[...tables.keys()].map((name) => {
    const href = hashOf({ table: name, filters: [], order: null, offset: 0, size: 50 });
    const link = element('a', { href, title: tables.get(name).comment }, element('span', {}, name), element('span', { className: 'rows muted' }));
    link.dataset.table = name;
    return element('li', {}, link);
  }));
}

/** A caller who is not the owner: counts of what the policies show, one request a table. */
async function countThroughRest() {
  const counted = await Promise.all([...tables.keys()].map(async (name) => {
    const { answer } = await ask(`/rest/v1/${encodeURIComponent(name)}?limit=0`, { Prefer: 'count=exact' }, { method: 'HEAD' });
    return { name, rows: Number(answer.headers.get('content-range').split('/')[1]) };
  }));
  drawCounts(counted);
}

async function readRequestCount() {
  const answer = await fetch('/metrics', { headers: headers() });
  return answer.ok ? countRequests(await answer.text()) : null;
}

async function readFacts() {
  const { body } = await ask('/page/data');
  drawFacts(body);
  if (body.role) seeCounters(body.tables ? await readRequestCount() : null, body.position);
  if (body.tables) drawCounts(body.tables);
  drawKeys(body.keys);
  return body;
}

/** From the beginning, with the credentials that there are now. */
async function begin() {
  try {
    const data = await readFacts();
    byId('refused').textContent = '';
    setState(true, 'ready');
    tables = data.role ? await readSchema() : new Map();
    drawTables();
    if (data.tables) drawCounts(data.tables);
    else if (data.role) countThroughRest().catch(showError);
    setTables(tables);
    startLive(data.role ? data.position : null, tables);
    if (!data.role) openAccess();
  } catch (problem) {
    showError(problem);
    byId('refused').textContent = `${problem.code}: ${problem.message}${problem.hint ? ` ${problem.hint}` : ''}`;
    if (problem.status === 401) openAccess();
    else setState(false, 'no answer');
  }
}

async function refresh() {
  if (document.hidden) return;
  try {
    await readFacts();
    const ready = await fetch('/health/ready');
    setState(ready.ok, (await ready.json()).status);
  } catch (problem) {
    if (problem.status !== 401) setState(false, 'no answer');
  }
}

function openAccess() {
  byId('key').value = credentials.key();
  byId('token').value = credentials.token();
  if (!byId('access').open) byId('access').showModal();
}

function useCredentials(key, token) {
  credentials.set(key, token);
  byId('access').close();
  begin();
}

function toggleTheme() {
  const root = document.documentElement;
  const isDark = root.dataset.theme ? root.dataset.theme === 'dark' : matchMedia('(prefers-color-scheme: dark)').matches;
  root.dataset.theme = isDark ? 'light' : 'dark';
  localStorage.setItem('theme', root.dataset.theme);
}

const chosenTable = () => byId('tables').querySelector('a[aria-current]') ?? byId('tables').querySelector('a');
const SHORTCUTS = [
  ['t', 'Tables; arrow keys move, Enter opens', () => chosenTable()?.focus()],
  ['/', 'Filter', () => byId('filter-value').focus()],
  ['g', 'Rows; arrow keys or j and k move, Enter shows all of a row', focusRows],
  ['n', 'Next page', () => turn(1)],
  ['p', 'Previous page', () => turn(-1)],
  ['x', 'Remove the filters and the order', () => go({ filters: [], order: null, offset: 0 })],
  ['r', 'Read anew', () => { show(); refresh(); }],
  ['c', 'Copy the request as curl', () => copyFrom(byId('copy'), byId('curl').textContent)],
  ['l', 'Live commits: pause, go on', togglePause],
  ['a', 'Key and token', openAccess],
  ['d', 'Dark or light', toggleTheme],
  ['?', 'This list', () => byId('help').showModal()],
];

function onKey(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector('dialog[open]')) return;
  if (event.target.matches('input, select, textarea')) return event.key === 'Escape' && event.target.blur();
  const shortcut = SHORTCUTS.find(([key]) => key === event.key);
  if (!shortcut) return;
  event.preventDefault();
  shortcut[2]();
}

function moveInTables(event) {
  const step = { ArrowDown: 1, j: 1, ArrowUp: -1, k: -1 }[event.key];
  const links = [...byId('tables').querySelectorAll('a')];
  if (!step) return;
  event.preventDefault();
  links[links.indexOf(document.activeElement) + step]?.focus();
}

byId('help').querySelector('dl').append(...SHORTCUTS.flatMap(([key, meaning]) =>
  [element('dt', {}, element('kbd', {}, key)), element('dd', {}, meaning)]));
byId('help-button').addEventListener('click', () => byId('help').showModal());
byId('theme').addEventListener('click', toggleTheme);
byId('role').addEventListener('click', openAccess);
byId('pause').addEventListener('click', togglePause);
byId('forget').addEventListener('click', () => useCredentials('', ''));
byId('credentials').addEventListener('submit', (event) => {
  event.preventDefault();
  useCredentials(byId('key').value.trim(), byId('token').value.trim());
});
byId('tables').addEventListener('keydown', moveInTables);
document.addEventListener('keydown', onKey);
startBrowser();
begin();
setInterval(refresh, REFRESH_MS);
