/** The tables that this caller may read, with their columns, keys and foreign keys: from the REST root. */
import { ask } from '/page/api.js';

const FOREIGN = /<fk table='([^']+)' column='([^']+)'\/>/;

function readColumn(name, described) {
  const note = described.description ?? '';
  const [, table, column] = FOREIGN.exec(note) ?? [];
  return {
    name,
    type: described.format ?? described.type ?? '',
    isNumber: described.type === 'integer' || described.type === 'number',
    isKey: note.includes('<pk/>'),
    target: table ? { table, column } : null,
    comment: note.split('Note:\n')[0].trim(),
  };
}

export async function readSchema() {
  const { body } = await ask('/rest/v1/');
  const tables = new Map();
  for (const [name, described] of Object.entries(body.definitions ?? {})) {
    const columns = Object.entries(described.properties ?? {}).map(([n, c]) => readColumn(n, c));
    if (columns.length > 0) tables.set(name, { name, comment: described.description ?? '', columns });
  }
  return tables;
}

/** Operators by what they are called on the page; `wrap` makes the value that the request carries. */
const plain = (value) => value;
const list = (value) => (value.startsWith('(') ? value : `(${value})`);
const set = (value) => (/^[{[(]/.test(value) ? value : `{${value}}`);
export const OPERATORS = [
  { name: 'eq', label: 'equals', wrap: plain },
  { name: 'neq', label: 'is not', wrap: plain },
  { name: 'ilike', label: 'contains', wrap: (v) => (v.includes('*') ? v : `*${v}*`) },
  { name: 'like', label: 'like', wrap: plain },
  { name: 'gt', label: '>', wrap: plain },
  { name: 'gte', label: '≥', wrap: plain },
  { name: 'lt', label: '<', wrap: plain },
  { name: 'lte', label: '≤', wrap: plain },
  { name: 'in', label: 'one of', wrap: list },
  { name: 'is', label: 'is (null, true)', wrap: plain },
  { name: 'not.is', label: 'is not (null)', wrap: plain },
  { name: 'imatch', label: 'matches regex', wrap: plain },
  { name: 'wfts', label: 'text search', wrap: plain },
  { name: 'cs', label: 'has (arrays, JSON)', wrap: set },
];

/** The operator that one reaches for first. */
export function usualOperator(column) {
  if (!column) return 'eq';
  if (column.type.endsWith('[]') || column.type === 'jsonb') return 'cs';
  if (/^(text|character|varchar)/.test(column.type)) return 'ilike';
  return /^(timestamp|date)/.test(column.type) ? 'gte' : 'eq';
}
