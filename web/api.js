/** Requests to this server, with the key and token of this tab. */
const KEY = 'holdfast.key';
const TOKEN = 'holdfast.token';

export class ApiError extends Error {
  constructor(status, body) {
    super(body.message ?? `The server answered ${status}`);
    this.status = status;
    this.code = body.code ?? String(status);
    this.details = body.details;
    this.hint = body.hint;
  }
}

export const credentials = {
  key: () => sessionStorage.getItem(KEY) ?? '',
  token: () => sessionStorage.getItem(TOKEN) ?? '',
  set(key, token) {
    for (const [name, value] of [[KEY, key], [TOKEN, token]]) {
      if (value) sessionStorage.setItem(name, value);
      else sessionStorage.removeItem(name);
    }
  },
};

/** What every request carries. X-Holdfast-Page tells a request of this page from one that a foreign page made. */
export function headers(more = {}) {
  const all = { 'X-Holdfast-Page': '1', ...more };
  if (credentials.key()) all.apikey = credentials.key();
  if (credentials.token()) all.Authorization = `Bearer ${credentials.token()}`;
  return all;
}

/** The answer and its JSON; an ApiError where the server refused, or could not be reached. */
export async function ask(path, more = {}, options = {}) {
  let answer;
  try {
    answer = await fetch(path, { headers: headers(more), cache: 'no-store', ...options });
  } catch (problem) {
    if (problem.name === 'AbortError') throw problem;
    throw new ApiError(0, { code: 'no answer', message: 'The server cannot be reached.', hint: 'Is it still running?' });
  }
  const text = await answer.text();
  let body = null;
  try {
    body = text ? JSON.parse(text) : null;
  } catch {
    body = { message: text.slice(0, 300) };
  }
  if (!answer.ok) throw new ApiError(answer.status, body ?? {});
  return { answer, body };
}

/** A line for a terminal: the same request. */
export function curlLine(path, more = {}) {
  const quoted = (text) => `'${text.replaceAll("'", "'\\''")}'`;
  const lines = [`curl ${quoted(location.origin + path)}`, '-H "apikey: $KEY"'];
  if (credentials.token()) lines.push('-H "Authorization: Bearer $TOKEN"');
  for (const [name, value] of Object.entries(more)) lines.push(`-H ${quoted(`${name}: ${value}`)}`);
  return lines.join(' ');
}
