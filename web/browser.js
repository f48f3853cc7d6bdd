/** The table browser: filter, sort, page; each view is one request to /rest/v1 and one address. */
import { ask, curlLine } from '/page/api.js';
import { cell, full } from '/page/cells.js';
import { byId, copyFrom, element, number } from '/page/dom.js';
import { hashOf, readPlace, requestOf, rowPlace } from '/page/place.js';
import { OPERATORS, usualOperator } from '/page/schema.js';

let tables = new Map();
let place = null;
let rows = [];
let total = null;
let asked = null;

const table = () => tables.get(place?.table);
const orderOf = () => /^(.+?)\.(asc|desc)/.exec(place?.order ?? '') ?? [];

/** Shows another place, as a link would: the address changes and that is what shows it. */
export function go(changes) {
  const next = hashOf({ ...place, ...changes });
  if (next === location.hash) show();
  else location.hash = next;
}

export function setTables(read) {
  tables = read;
  show();
}

export function showError(problem) {
  const box = byId('error');
  box.hidden = !problem;
  if (!problem) return box.replaceChildren();
  const parts = [element('b', {}, problem.code ?? 'error'), ' ', element('span', {}, problem.message)];
  if (problem.details) parts.push(element('small', {}, String(problem.details)));
  if (problem.hint) parts.push(element('small', { className: 'hint' }, String(problem.hint)));
  box.replaceChildren(...parts);
}

function headerCell(column) {
  const [, sorted, direction] = orderOf();
  const isSorted = sorted === column.name;
  const button = element('button', { type: 'button', title: `${column.type}${column.comment ? ` · ${column.comment}` : ''}` },
    column.name, element('span', { className: 'arrow', ariaHidden: 'true' }, isSorted ? (direction === 'asc' ? ' ↑' : ' ↓') : ''));
  button.addEventListener('click', () => {
    const next = !isSorted ? `${column.name}.asc` : direction === 'asc' ? `${column.name}.desc` : null;
    focusAfter = `th button[data-column="${CSS.escape(column.name)}"]`;
    go({ order: next, offset: 0 });
  });
  button.dataset.column = column.name;
  const made = element('th', { scope: 'col', className: column.isNumber ? 'number' : '' }, button);
  made.setAttribute('aria-sort', isSorted ? (direction === 'asc' ? 'ascending' : 'descending') : 'none');
  return made;
}
let focusAfter = null;

function bodyRow(row, index) {
  const made = element('tr', { tabIndex: index === 0 ? 0 : -1 });
  made.append(...table().columns.map((column) => cell(column, row[column.name])));
  made.addEventListener('click', (event) => event.target.closest('a') || openRow(row));
  return made;
}

function drawRows() {
  const head = byId('grid').querySelector('thead');
  const body = byId('grid').querySelector('tbody');
  head.replaceChildren(element('tr', {}, ...table().columns.map(headerCell)));
  if (rows.length > 0) return body.replaceChildren(...rows.map(bodyRow));
  if (!byId('error').hidden) return body.replaceChildren();
  const empty = element('td', { colSpan: table().columns.length, className: 'empty' },
    place.filters.length > 0 ? 'No row fits these filters.' : 'No rows yet.');
  body.replaceChildren(element('tr', {}, empty));
}

function drawFilters() {
  const { columns } = table();
  const select = byId('filter-column');
  if (select.dataset.table !== place.table) {
    select.dataset.table = place.table;
    select.replaceChildren(...columns.map((column) => element('option', {}, column.name)));
    const first = columns.find((column) => /^(text|character)/.test(column.type)) ?? columns[0];
    select.value = first.name;
    byId('filter-operator').value = usualOperator(first);
    byId('filter-value').value = '';
  }
  byId('chips').replaceChildren(...place.filters.map(([column, value], index) => {
    const remove = element('button', { type: 'button', ariaLabel: `Remove the filter ${column} ${value}` },
      element('b', {}, column), ` ${value.replace('.', ' ')} `, element('span', { ariaHidden: 'true' }, '✕'));
    remove.addEventListener('click', () => go({ filters: place.filters.filter((_, i) => i !== index), offset: 0 }));
    return element('li', {}, remove);
  }));
}

function drawPager(milliseconds) {
  const last = place.offset + rows.length;
  byId('previous').disabled = place.offset === 0;
  byId('next').disabled = total === null || last >= total;
  byId('size').value = String(place.size);
  byId('took').textContent = milliseconds === null ? '' : `${milliseconds.toFixed(milliseconds < 10 ? 1 : 0)} ms`;
  const range = rows.length > 0 ? `${number(place.offset + 1)}–${number(last)} of ` : '';
  byId('count').textContent = total === null ? '' : `${range}${number(total)} row${total === 1 ? '' : 's'}`;
}

function drawFrame() {
  byId('table-name').textContent = place.table;
  document.title = `${place.table} · Holdfast`;
  byId('comment').textContent = table()?.comment ?? '';
  for (const link of byId('tables').querySelectorAll('a'))
    if (link.dataset.table === place.table) link.setAttribute('aria-current', 'page');
    else link.removeAttribute('aria-current');
}

async function fetchRows() {
  asked?.abort();
  asked = new AbortController();
  const { path, headers } = requestOf(place);
  byId('curl').textContent = curlLine(path, headers);
  const began = performance.now();
  const { answer, body } = await ask(path, headers, { signal: asked.signal });
  rows = body;
  total = Number((answer.headers.get('content-range') ?? '').split('/')[1]);
  if (Number.isNaN(total)) total = null;
  return performance.now() - began;
}

/** Reads the place from the address and shows it. */
export async function show() {
  place = readPlace() ?? (tables.size > 0 ? { ...rowPlace(firstTable(), '', ''), filters: [] } : null);
  if (!place) return;
  drawFrame();
  if (!table()) {
    rows = [];
    byId('grid').querySelector('tbody').replaceChildren();
    return showError(tables.size === 0 ? null : { code: '42P01', message: `There is no table "${place.table}" for you here.`,
      hint: 'Choose one of the list, or use a key that may read it.' });
  }
  drawFilters();
  byId('grid').setAttribute('aria-busy', 'true');
  let spent = null;
  try {
    spent = await fetchRows();
    showError(null);
  } catch (problem) {
    if (problem.name === 'AbortError') return;
    [rows, total] = [[], problem.status === 416 ? total : null];
    showError(problem);
  }
  byId('grid').removeAttribute('aria-busy');
  drawRows();
  drawPager(spent);
  if (focusAfter) byId('grid').querySelector(focusAfter)?.focus();
  focusAfter = null;
}

const firstTable = () => (tables.has('apps') ? 'apps' : tables.keys().next().value);

function openRow(row) {
  const { columns } = table();
  const list = columns.flatMap((column) => [
    element('dt', {}, column.name, element('small', {}, column.type + (column.isKey ? ' · key' : ''))),
    element('dd', {}, full(column, row[column.name])),
  ]);
  const dialog = byId('row');
  dialog.querySelector('dl').replaceChildren(...list);
  byId('row-title').textContent = `${place.table}`;
  byId('row-copy').onclick = () => copyFrom(byId('row-copy'), JSON.stringify(row, null, 2));
  dialog.showModal();
}

export const turn = (pages) => {
  const button = byId(pages < 0 ? 'previous' : 'next');
  if (!button.disabled) go({ offset: Math.max(0, place.offset + pages * place.size) });
};

/** Up and down in the rows; Enter opens one. */
function moveInRows(event) {
  const row = event.target.closest('tbody tr');
  if (!row) return;
  const step = { ArrowDown: 1, j: 1, ArrowUp: -1, k: -1 }[event.key];
  if (event.key === 'Enter' && event.target === row && rows.length > 0) openRow(rows[row.sectionRowIndex]);
  if (!step) return;
  const next = row.parentElement.rows[row.sectionRowIndex + step];
  event.preventDefault();
  if (!next) return;
  row.tabIndex = -1;
  next.tabIndex = 0;
  next.focus();
}

export function focusRows() {
  byId('grid').querySelector('tbody tr[tabindex="0"]')?.focus();
}

export function startBrowser() {
  byId('filter-operator').replaceChildren(...OPERATORS.map(({ name, label }) => element('option', { value: name }, label)));
  byId('filter-column').addEventListener('change', (event) => {
    byId('filter-operator').value = usualOperator(table().columns.find((c) => c.name === event.target.value));
  });
  byId('filter').addEventListener('submit', (event) => {
    event.preventDefault();
    const operator = OPERATORS.find(({ name }) => name === byId('filter-operator').value);
    const added = [byId('filter-column').value, `${operator.name}.${operator.wrap(byId('filter-value').value)}`];
    go({ filters: [...place.filters, added], offset: 0 });
  });
  byId('size').addEventListener('change', (event) => go({ size: Number(event.target.value), offset: 0 }));
  byId('previous').addEventListener('click', () => turn(-1));
  byId('next').addEventListener('click', () => turn(1));
  byId('copy').addEventListener('click', () => copyFrom(byId('copy'), byId('curl').textContent));
  byId('grid').addEventListener('keydown', moveInRows);
  byId('row').addEventListener('click', (event) => event.target.closest('a') && byId('row').close());
  addEventListener('hashchange', show);
}
