'use strict';

const byId = (id) => document.getElementById(id);
const number = new Intl.NumberFormat('en');

function element(name, text, className) {
  const made = document.createElement(name);
  if (text !== undefined) made.textContent = text;
  if (className) made.className = className;
  return made;
}

function fillTable(section, rows, columns, emptyText) {
  const body = byId(section).querySelector('tbody');
  if (rows.length > 0) return body.replaceChildren(...rows);
  const cell = element('td', emptyText, 'empty');
  cell.colSpan = columns;
  const row = element('tr');
  row.append(cell);
  body.replaceChildren(row);
}

function rowOf(...cells) {
  const row = element('tr');
  row.append(...cells);
  return row;
}

function duration(seconds) {
  const steps = [[86400, 'day'], [3600, 'hour'], [60, 'minute'], [1, 'second']];
  const [size, unit] = steps.find(([s]) => seconds >= s) ?? [1, 'second'];
  const count = Math.floor(seconds / size);
  return `${count} ${unit}${count === 1 ? '' : 's'}`;
}

function tableRow(table, largest) {
  const name = element('td', table.name);
  if (table.comment) name.append(element('small', table.comment));
  const rows = element('td', table.rows === null ? 'too many to count' : number.format(table.rows), 'number');
  const meter = element('meter');
  meter.max = largest || 1;
  meter.value = table.rows ?? largest;
  rows.append(meter);
  return rowOf(name, rows);
}

function commitRow(commit) {
  const when = new Date(commit.at);
  const at = element('td', Number.isNaN(when.valueOf()) ? commit.at : when.toLocaleString());
  const who = commit.actor ? `${commit.role} ${commit.actor.slice(0, 8)}` : commit.role;
  const by = element('td', who);
  if (commit.key) by.append(element('small', commit.key));
  return rowOf(element('td', number.format(commit.position), 'number'), at, by);
}

function keyRow(key) {
  const row = rowOf(element('td', `${key.prefix}…`), element('td', key.name), element('td', key.kind));
  if (key.revoked_at) row.className = 'revoked';
  return row;
}

function showPrivate(data) {
  const counts = data.tables.map((table) => table.rows ?? 0);
  byId('rows').textContent = `${number.format(counts.reduce((a, b) => a + b, 0))} rows`;
  fillTable('tables', data.tables.map((t) => tableRow(t, Math.max(...counts))), 2, 'No tables: holdfast migrate up');
  fillTable('commits', data.commits.map(commitRow), 3, 'Nothing has been written yet.');
  fillTable('keys', data.keys.map(keyRow), 3, 'None yet: holdfast key create --kind publishable');
  byId('position').textContent = number.format(data.position);
}

function show(data) {
  byId('version').textContent = data.version;
  byId('blueprint').textContent = data.blueprint;
  byId('description').textContent = data.description;
  byId('engine').textContent = data.engine;
  byId('uptime').textContent = duration(data.uptime_seconds);
  for (const section of document.querySelectorAll('.private')) section.hidden = !data.everything;
  byId('panels').classList.toggle('columns', data.everything);
  byId('unlock').hidden = data.everything;
  byId('position').textContent = '–';
  if (data.everything) showPrivate(data);
  const table = (data.tables ?? []).find((t) => t.name === 'apps') ?? (data.tables ?? [])[0];
  byId('curl').textContent =
    `curl '${location.origin}/rest/v1/${table ? table.name : ''}${table ? '?limit=3' : ''}' -H "apikey: $KEY"`;
}

function setState(good, text) {
  byId('state').className = `state ${good ? 'good' : 'bad'}`;
  byId('state').lastElementChild.textContent = text;
}

async function readAnew() {
  const key = sessionStorage.getItem('service_key');
  try {
    const [data, ready] = await Promise.all([
      fetch('/page/data', { headers: key ? { apikey: key } : {} }),
      fetch('/health/ready'),
    ]);
    setState(ready.ok, (await ready.json()).status);
    const content = await data.json();
    if (data.ok) {
      byId('refused').textContent = key && !content.everything ? 'That key is no service key.' : '';
      return show(content);
    }
    sessionStorage.removeItem('service_key');
    byId('refused').textContent = content.message;
    if (key) await readAnew();
  } catch {
    setState(false, 'no answer');
  }
}

byId('unlock').addEventListener('submit', (event) => {
  event.preventDefault();
  sessionStorage.setItem('service_key', byId('key').value.trim());
  readAnew();
});
byId('copy').addEventListener('click', async () => {
  await navigator.clipboard.writeText(byId('curl').textContent);
  byId('copy').textContent = 'Copied';
});
document.addEventListener('keydown', (event) => {
  if (event.target instanceof HTMLInputElement || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === 'r') readAnew();
  const link = document.querySelectorAll('.links a')[Number(event.key) - 1];
  if (link) link.click();
});

readAnew();
setInterval(() => document.hidden || readAnew(), 5000);
