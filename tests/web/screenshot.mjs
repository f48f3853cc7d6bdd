// usage: node screenshot.mjs DATA FILE    The page over a data folder, as the README shows it.
import puppeteer from 'puppeteer-core';
import { PageServer } from './page_server.mjs';

const [, , data, file] = process.argv;
const server = await PageServer.start(data);
const browser = await puppeteer.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu'] });
const page = await browser.newPage();
await page.setViewport({ width: 1280, height: 760 });
await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: 'light' }]);
await page.goto(`${server.url}/#/apps?category=eq.web&order=name.asc`);
await page.waitForFunction(() => document.querySelectorAll('#grid tbody tr').length === 50);
const apps = await server.request('GET', '/rest/v1/apps?select=id,name&category=eq.web&limit=12');
for (let round = 0; round < 45; round += 1) {
  const some = apps.slice(0, 1 + Math.round(5 + 5 * Math.sin(round / 4)));
  await Promise.all(some.map((app) => server.request('PATCH', `/rest/v1/apps?id=eq.${app.id}`, { name: app.name })));
  await new Promise((resolve) => setTimeout(resolve, 1000));
}
await page.screenshot({ path: file });
await browser.close();
await server.end();
