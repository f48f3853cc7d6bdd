/** One value of a row, as a cell of the grid or whole in the row's own view. */
import { element } from '/page/dom.js';
import { hashOf, rowPlace } from '/page/place.js';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const MOMENT = /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)/;
const LONGEST_CELL = 160;

function targetLink(column, value, text) {
  const href = hashOf(rowPlace(column.target.table, column.target.column, value));
  return element('a', { href, className: 'key', title: `${column.target.table} ${value}` }, text);
}

export function asText(value) {
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

function shortText(value) {
  const text = asText(value);
  if (UUID.test(text)) return `${text.slice(0, 8)}…`;
  const moment = MOMENT.exec(text);
  if (moment) return `${moment[1]} ${moment[2]}`;
  return text.length > LONGEST_CELL ? `${text.slice(0, LONGEST_CELL)}…` : text;
}

const isTags = (value) => Array.isArray(value) && value.every((part) => typeof part !== 'object');

function tags(values, most) {
  const shown = values.slice(0, most).map((value) => element('span', { className: 'tag' }, asText(value)));
  if (values.length > shown.length) shown.push(element('span', { className: 'muted' }, ` +${values.length - shown.length}`));
  return shown;
}

export function cell(column, value) {
  const made = element('td', { className: column.isNumber ? 'number' : '' });
  if (value === null || value === undefined) {
    made.append(element('span', { className: 'null' }, 'null'));
  } else if (column.target) {
    made.append(targetLink(column, value, shortText(value)));
  } else if (isTags(value)) {
    made.append(...tags(value, 4));
    made.title = value.join(', ');
  } else {
    made.textContent = shortText(value);
    if (made.textContent !== asText(value)) made.title = asText(value).slice(0, 2000);
    if (UUID.test(String(value)) || typeof value === 'object') made.classList.add('mono');
  }
  return made;
}

/** The whole value. */
export function full(column, value) {
  if (value === null || value === undefined) return element('span', { className: 'null' }, 'null');
  if (column.target) return targetLink(column, value, `${value} → ${column.target.table}`);
  if (isTags(value) && value.length > 0) return element('span', {}, ...tags(value, 200));
  if (typeof value === 'object') return element('pre', { tabIndex: 0 }, JSON.stringify(value, null, 2));
  const text = String(value);
  return text.length > 200 || text.includes('\n') ? element('pre', { tabIndex: 0, className: 'prose' }, text) : element('span', {}, text);
}
