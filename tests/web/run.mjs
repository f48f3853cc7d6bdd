// The page at / in headless Chromium: see README.md. The last line is `N passed, N failed`.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import puppeteer from 'puppeteer-core';
import { PageServer, ROOT } from './page_server.mjs';

const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium';
const APPS = 120;
const WAIT = { timeout: 15000 };

const server = await PageServer.start();
const developer = await server.fill(APPS);
const browser = await puppeteer.launch({ executablePath: CHROMIUM, args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'] });

/** A fresh page (no storage of others) that remembers what went wrong in it. */
async function open(hash = '', { theme = 'light', width = 1440, height = 900, credentials = {}, init } = {}) {
  const context = await browser.createBrowserContext();
  const page = await context.newPage();
  page.problems = [];
  page.foreign = [];
  page.on('console', (message) => message.type() === 'error' && page.problems.push(`${message.text()} ${message.location().url ?? ''}`));
  page.on('pageerror', (problem) => page.problems.push(problem.message));
  page.on('request', (request) => request.url().startsWith(server.url) || page.foreign.push(request.url()));
  await page.setViewport({ width, height });
  await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: theme }]);
  await page.evaluateOnNewDocument((given) => {
    for (const [name, value] of Object.entries(given)) sessionStorage.setItem(`holdfast.${name}`, value);
  }, credentials);
  if (init) await page.evaluateOnNewDocument(init);
  await page.goto(`${server.url}/${hash}`, { waitUntil: 'load' });
  return page;
}
const close = (page) => page.browserContext().close();
const text = (page, selector) => page.$eval(selector, (found) => found.textContent);
const has = (page, selector, wanted) => page.waitForFunction(
  (s, w) => document.querySelector(s)?.textContent.includes(w), WAIT, selector, wanted);
const gone = (page, selector) => page.waitForFunction((s) => !document.querySelector(s), WAIT, selector);
const column = (page, index) => page.$$eval(`#grid tbody tr td:nth-child(${index})`, (cells) => cells.map((cell) => cell.textContent));
const rows = (page, count) => page.waitForFunction((n) => document.querySelectorAll('#grid tbody tr').length === n, WAIT, count);
const focused = (page) => page.evaluate(() => document.activeElement.id || document.activeElement.textContent);
const NAME = 4;  // the column `name` of apps

const tests = {
  async 'loads without an error, from this server alone, and says what runs here'() {
    const page = await open();
    await has(page, '#tables', 'app_versions');
    await has(page, '#count', `1–50 of ${APPS} rows`);
    assert.equal(await text(page, '#blueprint'), 'dev-portal');
    assert.match(await text(page, '#engine'), /SQLite/);
    assert.ok(Number((await text(page, '#position')).replaceAll(',', '')) >= 2);
    const { status } = await fetch(`${server.url}/metrics`);  // a server without them says so to whoever asks
    assert.deepEqual(page.problems.filter((problem) => status !== 404 || !problem.includes('/metrics')), []);
    assert.deepEqual(page.foreign, []);
    await close(page);
  },

  async 'lists the tables with their counts, and opens one'() {
    const page = await open();
    await has(page, '#tables a[data-table="apps"] .rows', String(APPS));
    await page.click('#tables a[data-table="developers"]');
    await has(page, '#count', '1–1 of 1 row');
    await has(page, '#grid tbody', 'ada@example.org');
    assert.equal((await text(page, '#grid')).includes('password_hash'), false);
    await close(page);
  },

  async 'filters, keeps the filter in the address, and removes it'() {
    const page = await open('#/apps');
    await rows(page, 50);
    await page.select('#filter-column', 'category');
    await page.select('#filter-operator', 'eq');
    await page.type('#filter-value', 'games');
    await page.keyboard.press('Enter');
    await has(page, '#count', `of ${APPS / 2} rows`);
    assert.match(page.url(), /#\/apps\?category=eq\.games/);
    await page.reload();
    await has(page, '#count', `of ${APPS / 2} rows`);
    await page.click('#chips button');
    await has(page, '#count', `of ${APPS} rows`);
    await close(page);
  },

  async 'sorts by a click on a header: up, down, and not'() {
    const page = await open('#/apps');
    await rows(page, 50);
    await page.click('th button[data-column="name"]');
    await page.waitForSelector('th[aria-sort="ascending"]', WAIT);
    assert.deepEqual((await column(page, NAME)).slice(0, 2), ['App 000', 'App 001']);
    await page.click('th button[data-column="name"]');
    await page.waitForSelector('th[aria-sort="descending"]', WAIT);
    assert.equal((await column(page, NAME))[0], `App ${APPS - 1}`);
    await page.click('th button[data-column="name"]');
    await gone(page, 'th[aria-sort="descending"]');
    await close(page);
  },

  async 'pages through all rows'() {
    const page = await open('#/apps?order=name.asc');
    await rows(page, 50);
    await page.click('#next');
    await has(page, '#count', `51–100 of ${APPS}`);
    await page.click('#next');
    await has(page, '#count', `101–${APPS} of ${APPS}`);
    assert.equal(await page.$eval('#next', (button) => button.disabled), true);
    assert.equal((await column(page, NAME)).at(-1), `App ${APPS - 1}`);
    await page.goBack();
    await has(page, '#count', `51–100 of ${APPS}`);
    await close(page);
  },

  async 'shows the request as a curl line that gives the same rows'() {
    const page = await open('#/apps?category=eq.web&order=name.asc&limit=25');
    await rows(page, 25);
    const line = await text(page, '#curl');
    const [, address] = /^curl '([^']+)'/.exec(line);
    const [, range] = /Range: ([\d-]+)/.exec(line);
    const answer = await fetch(address, { headers: { apikey: server.key, Range: range } });
    assert.deepEqual((await answer.json()).map((app) => app.name), await column(page, NAME));
    await close(page);
  },

  async 'a foreign key leads to its row'() {
    const page = await open('#/apps');
    await rows(page, 50);
    await page.click('#grid tbody tr a.key');
    await has(page, '#table-name', 'developers');
    await has(page, '#grid tbody', 'ada@example.org');
    assert.ok(page.url().includes(`id=eq.${developer.id}`));
    await close(page);
  },

  async 'shows all of a row, long text and lists too'() {
    const page = await open('#/apps?order=name.asc');
    await rows(page, 50);
    await page.click(`#grid tbody tr:first-child td:nth-child(${NAME})`);
    await page.waitForSelector('#row[open]', WAIT);
    const shown = await text(page, '#row');
    assert.ok(shown.includes('long '.repeat(200).trim()), 'the whole text');
    assert.ok(shown.includes('org.example.app000'));
    await page.keyboard.press('Escape');
    await gone(page, '#row[open]');
    await close(page);
  },

  async 'shows an error as code, message and hint'() {
    const page = await open('#/apps?id=eq.nonsense');
    await has(page, '#error', '22P02');
    await has(page, '#error', 'invalid input syntax for type uuid');
    await page.goto(`${server.url}/#/nothing`);
    await has(page, '#error', 'There is no table');
    assert.ok(await page.$('#error .hint'));
    await close(page);
  },

  async 'is used by keyboard alone'() {
    const page = await open('#/apps?order=name.asc');
    await rows(page, 50);
    await page.keyboard.press('n');
    await has(page, '#count', '51–100');
    await page.keyboard.press('p');
    await has(page, '#count', '1–50');
    await page.keyboard.press('g');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('j');
    assert.match(await focused(page), /App 002/);
    await page.keyboard.press('Enter');
    await page.waitForSelector('#row[open]', WAIT);
    await page.keyboard.press('Escape');
    await page.keyboard.press('/');
    assert.equal(await focused(page), 'filter-value');
    await page.keyboard.press('Escape');
    await page.keyboard.press('t');
    await page.keyboard.press('ArrowUp');
    assert.match(await focused(page), /app_versions/);
    await page.keyboard.press('Enter');
    await has(page, '#table-name', 'app_versions');
    await page.keyboard.press('?');
    await page.waitForSelector('#help[open]', WAIT);
    assert.ok((await text(page, '#help')).includes('Next page'));
    await close(page);
  },

  async 'what has the focus shows it'() {
    const page = await open('#/apps');
    await rows(page, 50);
    for (const selector of ['#help-button', '#filter-value', '#tables a', '#grid tbody tr']) {
      await page.focus(selector);
      await page.keyboard.press('Shift');
      const style = await page.$eval(selector, (found) => getComputedStyle(found).outlineStyle);
      assert.equal(style, 'solid', selector);
    }
    await close(page);
  },

  async 'a commit shows up live, and after the server was away the next one too'() {
    const page = await open('#/apps');
    await rows(page, 50);
    await page.waitForFunction(() => ['events', 'polling'].includes(document.querySelector('#live-state').textContent), WAIT);
    await server.request('PATCH', '/rest/v1/apps?package_id=eq.org.example.app001', { description: 'changed' });
    await has(page, '#commits li', 'update');
    await has(page, '#commits li', 'description');
    const listen = server.url.replace('http://', '');
    await server.stop();
    await has(page, '#state', 'no answer');
    await server.serve(listen);
    await server.request('PATCH', '/rest/v1/developers?name=eq.Ada', { name: 'Ada L.' });
    await has(page, '#commits li', 'developers');
    assert.equal(await page.$$eval('#commits li.update', (all) => all.length), 2, 'none is missing, none twice');
    await close(page);
  },

  async 'pauses and goes on where it was'() {
    const page = await open('#/apps');
    await page.waitForFunction(() => ['events', 'polling'].includes(document.querySelector('#live-state').textContent), WAIT);
    const updates = () => page.$$eval('#commits li.update', (all) => all.length);
    const before = await updates();
    await page.click('#pause');
    await has(page, '#live-state', 'paused');
    await server.request('PATCH', '/rest/v1/apps?package_id=eq.org.example.app002', { description: 'while paused' });
    await page.click('#pause');
    await page.waitForFunction((n) => document.querySelectorAll('#commits li.update').length > n, WAIT, before);
    assert.equal(await updates(), before + 1, 'none is missing, none twice');
    await close(page);
  },

  async 'counts commits a second, and is still live after that'() {
    const page = await open('#/apps');
    const points = () => document.querySelector('#commits-line .line').getAttribute('d')?.match(/[ML]/g)?.length >= 5;
    await page.waitForFunction(points, { timeout: 30000 });
    assert.match(await text(page, '#live-state'), /^(events|polling)$/);
    await page.waitForFunction(() => document.querySelector('#commits-line .line').getAttribute('d')?.length > 0, WAIT);
    assert.match(await text(page, '#commits-rate'), /^\d/);
    await close(page);
  },

  async 'is dark or light as the system is, and as one chooses'() {
    const ground = (page) => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    const [light, dark] = [await open('', { theme: 'light' }), await open('', { theme: 'dark' })];
    const [bright, dim] = [await ground(light), await ground(dark)];
    assert.notEqual(bright, dim);
    await light.keyboard.press('d');
    assert.equal(await ground(light), dim);
    await light.reload();
    assert.equal(await ground(light), dim, 'the choice is kept');
    await close(light);
    await close(dark);
  },

  async 'text can be read: contrast of at least 4.5 in both themes'() {
    for (const theme of ['light', 'dark']) {
      const page = await open('#/apps', { theme });
      await rows(page, 50);
      const poor = await page.evaluate(poorContrasts);
      assert.deepEqual(poor, [], theme);
      await close(page);
    }
  },

  async 'fits a narrow screen'() {
    const page = await open('#/apps', { width: 360, height: 740 });
    await rows(page, 50);
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth));
    await close(page);
  },

  async 'controls have names'() {
    const page = await open('#/apps');
    await rows(page, 50);
    const unnamed = await page.$$eval('button, input, select, a, dialog', (all) => all.filter((found) =>
      !(found.textContent.trim() || found.ariaLabel || found.getAttribute('aria-labelledby') || found.labels?.length)).map((found) => found.outerHTML));
    assert.deepEqual(unnamed, []);
    await close(page);
  },

  async 'with a publishable key, shows what its policies let it see, and keeps the key in this tab'() {
    const page = await open('#/apps', { credentials: { key: server.publishable } });
    await has(page, '#role', 'anon');
    await has(page, '#count', `of ${APPS} rows`);
    assert.equal(await page.$('#tables a[data-table="developers"]'), null);
    assert.equal(await page.evaluate(() => JSON.stringify(localStorage).includes('hf_')), false);
    await close(page);
  },

  async 'a wrong key is refused in words, and can be taken back'() {
    const page = await open('#/apps', { init: () => {} });
    await rows(page, 50);
    await page.keyboard.press('a');
    await page.waitForSelector('#access[open]', WAIT);
    await page.type('#key', 'hf_svc_nonsense');
    await page.keyboard.press('Enter');
    await has(page, '#refused', 'HF007');
    await page.click('#forget');
    await has(page, '#count', `of ${APPS} rows`);
    await close(page);
  },

  async 'runs under a policy that allows no inline script, style or foreign source'() {
    const answer = await fetch(`${server.url}/`);
    const policy = answer.headers.get('content-security-policy');
    assert.match(policy, /default-src 'none'/);
    assert.doesNotMatch(policy, /unsafe|\*|https?:/);
    assert.doesNotMatch(await answer.text(), /<script>|<style|\son\w+=|\sstyle=/);
  },

  async 'nobody but the page reads without a key'() {
    const status = async (headers, method = 'GET') => (await fetch(`${server.url}/rest/v1/developers`, { method, headers })).status;
    assert.equal(await status({}), 401);
    assert.equal(await status({ 'X-Holdfast-Page': '1' }), 200);
    assert.equal(await status({ 'X-Holdfast-Page': '1' }, 'DELETE'), 401);
    assert.equal(await status({ 'X-Holdfast-Page': '1', 'X-Forwarded-For': '192.0.2.1' }), 401);
    assert.equal(await status({ 'X-Holdfast-Page': '1', 'Sec-Fetch-Site': 'cross-site' }), 401);
  },
};

/** In the browser: texts whose contrast to what is behind them is below 4.5 (WCAG 2, level AA). */
function poorContrasts() {
  const channels = (color) => color.match(/[\d.]+/g).map(Number);
  const luminance = ([r, g, b]) => [r, g, b].map((v) => v / 255).map((v) => (v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4))
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const behind = (found) => {
    for (let at = found; at; at = at.parentElement) {
      const color = channels(getComputedStyle(at).backgroundColor);
      if (color.length === 3 || color[3] === 1) return color;
    }
    return [255, 255, 255];
  };
  const texts = [...document.querySelectorAll('body *')].filter((found) => found.offsetParent && !found.disabled &&
    [...found.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim()));
  return texts.map((found) => {
    const [a, b] = [luminance(channels(getComputedStyle(found).color)), luminance(behind(found))].sort((x, y) => y - x);
    return [Number(((a + 0.05) / (b + 0.05)).toFixed(2)), found.outerHTML.slice(0, 80)];
  }).filter(([ratio]) => ratio < 4.5);
}

async function screenshots() {
  fs.mkdirSync(path.join(ROOT, 'build'), { recursive: true });
  for (const [name, options] of [['page-light', { theme: 'light' }], ['page-dark', { theme: 'dark' }], ['page-narrow', { width: 390, height: 844 }]]) {
    const page = await open('#/apps?category=eq.web&order=name.asc', options);
    await rows(page, 50);
    await page.screenshot({ path: path.join(ROOT, `build/${name}.png`) });
    await close(page);
  }
}

let [passed, failed] = [0, 0];
const only = process.argv[2];
for (const [name, test] of Object.entries(tests)) {
  if (only && !name.includes(only)) continue;
  try {
    await test();
    passed += 1;
    console.log(`ok      ${name}`);
  } catch (problem) {
    failed += 1;
    console.log(`FAILED  ${name}\n${problem.stack}`);
  }
}
await screenshots();
await browser.close();
await server.end();
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed > 0 ? 1 : 0);
