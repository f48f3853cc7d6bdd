/** Requests and commits a second, as numbers and as lines of the last two minutes. */
import { byId } from '/page/dom.js';

const POINTS = 60;
const WIDTH = 120;
const HEIGHT = 30;

class Rate {
  constructor(name) {
    this.name = name;
    this.points = [];
    this.last = null;
  }

  /** A counter's value now. Counters that fall have begun anew. */
  see(value, at) {
    const before = this.last;
    this.last = value === null ? null : { value, at };
    if (value === null || before === null) return this.draw();
    const rate = value < before.value ? 0 : (value - before.value) / Math.max(0.001, (at - before.at) / 1000);
    this.points = [...this.points, rate].slice(-POINTS);
    this.draw();
  }

  draw() {
    const newest = this.points.at(-1);
    byId(`${this.name}-rate`).textContent = newest === undefined ? '–' : newest.toFixed(newest < 10 && newest > 0 ? 1 : 0);
    const most = Math.max(1, ...this.points);
    const x = (index) => WIDTH - (this.points.length - 1 - index) * (WIDTH / (POINTS - 1));
    const y = (rate) => HEIGHT - 1 - (rate / most) * (HEIGHT - 3);
    const line = this.points.map((rate, i) => `${i === 0 ? 'M' : 'L'}${x(i).toFixed(1)} ${y(rate).toFixed(1)}`).join('');
    const svg = byId(`${this.name}-line`);
    svg.querySelector('.line').setAttribute('d', line);
    svg.querySelector('.area').setAttribute('d', line ? `${line}L${WIDTH} ${HEIGHT}L${x(0).toFixed(1)} ${HEIGHT}Z` : '');
  }
}

const requests = new Rate('requests');
const commits = new Rate('commits');

/** The requests served so far, out of Prometheus' text: the samples of the first family that counts them. */
export function countRequests(text) {
  let family = null;
  let sum = 0;
  for (const [, name, value] of text.matchAll(/^(holdfast_http_requests_total|holdfast_http_request\w*_seconds_count)(?:\{[^}]*\})? (\S+)/gm)) {
    family ??= name;
    if (name === family) sum += Number(value);
  }
  return family === null ? null : sum;
}

export function seeCounters(requestCount, position, at = performance.now()) {
  requests.see(requestCount, at);
  commits.see(position ?? null, at);
}
