/** What the browser shows, kept in the address: #/apps?category=eq.web&order=name.desc&offset=50 */
const CONTROL = new Set(['order', 'offset', 'limit']);
export const SIZES = [25, 50, 100, 500];

export function readPlace() {
  const [, name, query = ''] = /^#\/([^?]+)\??(.*)$/.exec(location.hash) ?? [];
  if (!name) return null;
  const place = { table: decodeURIComponent(name), filters: [], order: null, offset: 0, size: 50 };
  for (const [key, value] of new URLSearchParams(query)) {
    if (!CONTROL.has(key)) place.filters.push([key, value]);
    else if (key === 'order') place.order = value;
    else if (key === 'offset') place.offset = Math.max(0, Number.parseInt(value, 10) || 0);
    else if (SIZES.includes(Number(value))) place.size = Number(value);
  }
  return place;
}

function query(place) {
  const parameters = new URLSearchParams(place.filters);
  if (place.order) parameters.set('order', place.order);
  return parameters;
}

export function hashOf(place) {
  const parameters = query(place);
  if (place.offset) parameters.set('offset', place.offset);
  if (place.size !== 50) parameters.set('limit', place.size);
  const text = parameters.toString();
  return `#/${encodeURIComponent(place.table)}${text ? `?${text}` : ''}`;
}

/** The request that answers it: path and headers. */
export function requestOf(place) {
  const text = query(place).toString().replaceAll('%2C', ',').replaceAll('%2A', '*');
  return {
    path: `/rest/v1/${encodeURIComponent(place.table)}${text ? `?${text}` : ''}`,
    headers: { Range: `${place.offset}-${place.offset + place.size - 1}`, Prefer: 'count=exact' },
  };
}

export const rowPlace = (table, column, value) =>
  ({ table, filters: [[column, `eq.${value}`]], order: null, offset: 0, size: 50 });
