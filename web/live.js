/** Live commits: server-sent events of /changes/v1, read with fetch so that the key travels in a header; where the
 *  server has none, the same changes page by page. Goes on from the last position seen. */
import { ApiError, ask, headers } from '/page/api.js';
import { byId, element, number } from '/page/dom.js';
import { hashOf, rowPlace } from '/page/place.js';

const MOST_SHOWN = 60;
const RECENT = 20;
const POLL_MS = 1500;
const LONGEST_PAUSE_MS = 15000;

let position = null;
let paused = false;
let running = null;
let tables = new Map();

function setState(text) {
  byId('live-state').textContent = text;
  byId('live-state').dataset.mode = text;
}

function keyOf(change) {
  const row = change.after ?? change.before ?? {};
  const columns = tables.get(change.table)?.columns ?? [];
  const key = columns.find((column) => column.isKey && row[column.name] !== undefined);
  return key ? { column: key.name, value: row[key.name] } : null;
}

function entry(change) {
  const key = keyOf(change);
  const what = element(key && change.after ? 'a' : 'span', { className: 'what' },
    element('b', {}, change.table), key ? ` ${String(key.value).slice(0, 8)}${String(key.value).length > 8 ? '…' : ''}` : '');
  if (what.tagName === 'A') what.href = hashOf(rowPlace(change.table, key.column, key.value));
  const at = new Date(change.at);
  const who = [change.role, change.actor?.slice(0, 8), change.key_prefix].filter(Boolean).join(' · ');
  const changed = change.operation === 'update' && change.changed?.length ? ` ${change.changed.join(', ')}` : '';
  return element('li', { className: change.operation },
    element('span', { className: 'operation' }, change.operation), what,
    element('time', { dateTime: change.at, title: change.at }, Number.isNaN(at.valueOf()) ? '' : at.toLocaleTimeString('en-GB')),
    element('small', {}, `#${number(change.position)}${who ? ` · ${who}` : ''}${changed ? ` ·${changed}` : ''}`));
}

function add(changes) {
  if (changes.length === 0) return;
  const list = byId('commits');
  list.querySelector('.empty')?.remove();
  list.prepend(...changes.slice(-MOST_SHOWN).map(entry).reverse());
  while (list.children.length > MOST_SHOWN) list.lastElementChild.remove();
}

/** Whole events of the text so far, and what is left of it. */
function takeEvents(text) {
  const blocks = text.split(/\r?\n\r?\n/);
  const left = blocks.pop();
  const events = blocks.map((block) => {
    const event = { id: null, type: 'message', data: '' };
    for (const line of block.split(/\r?\n/)) {
      const [, field, value] = /^([^:]*):? ?(.*)$/.exec(line);
      if (field === 'id') event.id = value;
      else if (field === 'event') event.type = value;
      else if (field === 'data') event.data += (event.data ? '\n' : '') + value;
    }
    return event;
  });
  return [events, left];
}

function onEvents(events) {
  const changes = [];
  for (const event of events) {
    if (event.id !== null && /^\d+/.test(event.id)) position = Number.parseInt(event.id, 10);
    if (!event.data) continue;
    const data = JSON.parse(event.data);
    if (event.type === 'error') throw new ApiError(400, data);  // the server's last word
    changes.push(...(data.changes ?? []));
  }
  add(changes);
}

async function followEvents(signal) {
  const answer = await fetch(`/changes/v1?since=${position}`, {
    headers: headers({ Accept: 'text/event-stream', 'Last-Event-ID': String(position) }), cache: 'no-store', signal });
  const isStream = answer.ok && (answer.headers.get('content-type') ?? '').startsWith('text/event-stream');
  if (!isStream) {
    await answer.body?.cancel();
    return false;
  }
  setState('events');
  const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
  for (let text = ''; ;) {
    const { done, value } = await reader.read();
    if (done) return true;
    const [events, left] = takeEvents(text + value);
    text = left;
    onEvents(events);
  }
}

async function poll(signal) {
  const { body } = await ask(`/changes/v1?since=${position}&limit=200`, {}, { signal });
  setState('polling');
  position = body.position;
  add(body.changes);
  return body.more;
}

const pause = (milliseconds, signal) => new Promise((resolve) => {
  const timer = setTimeout(resolve, milliseconds);
  signal.addEventListener('abort', () => { clearTimeout(timer); resolve(); });
});

async function follow(signal) {
  let hasEvents = true;
  for (let failures = 0; !signal.aborted;) {
    try {
      if (hasEvents) hasEvents = await followEvents(signal);
      const more = !hasEvents && await poll(signal);
      failures = 0;
      if (!more) await pause(hasEvents ? 200 : POLL_MS, signal);
    } catch (problem) {
      if (signal.aborted) return;
      if (problem.status >= 400 && problem.status < 500) return setState(problem.code);
      setState('reconnecting');
      await pause(Math.min(LONGEST_PAUSE_MS, 500 * 2 ** failures++), signal);
    }
  }
}

/** Some commits before `newest`, so that there is something to see. A commit may be large: one page, no more. */
async function addRecent(newest) {
  const { body } = await ask(`/changes/v1?since=${Math.max(0, newest - RECENT)}&limit=${RECENT}`);
  add(body.changes);
}

/** Begins, or begins anew with other credentials. */
export async function startLive(newest, read) {
  tables = read;
  stopLive();
  if (newest === null) {
    byId('commits').replaceChildren();
    return setState('');
  }
  byId('commits').replaceChildren(element('li', { className: 'empty' }, 'Commits show up here as they happen.'));
  position = newest;
  await addRecent(newest).catch(() => setState('none'));
  resume();
}

export function stopLive() {
  running?.abort();
  running = null;
}

function resume() {
  if (paused || running || position === null) return;
  running = new AbortController();
  follow(running.signal);
}

export function togglePause() {
  paused = !paused;
  byId('pause').textContent = paused ? 'Resume' : 'Pause';
  byId('pause').setAttribute('aria-pressed', String(paused));
  if (!paused) return resume();
  stopLive();
  setState('paused');
}

addEventListener('visibilitychange', () => {
  if (paused) return;
  if (document.hidden) stopLive();
  else resume();
});
