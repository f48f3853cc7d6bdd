// The real binary on a throw-away folder with the dev-portal blueprint. HOLDFAST_BINARY names it.
import { execFileSync, spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
const BINARY = process.env.HOLDFAST_BINARY ?? path.join(ROOT, 'build/release/holdfast');
const COMMON = ['--blueprint', path.join(ROOT, 'blueprints/dev-portal')];

export class PageServer {
  /** `data`: a folder that is there already, with the blueprint's migrations applied; else an empty new one. */
  static async start(data) {
    const server = new PageServer();
    server.folder = fs.mkdtempSync(path.join(os.tmpdir(), 'holdfast-page-'));
    server.data = data ?? path.join(server.folder, 'data');
    server.verb('migrate', 'up');
    server.key = JSON.parse(server.verb('key', 'create', '--kind', 'service', '--json')).key;
    server.publishable = JSON.parse(server.verb('key', 'create', '--kind', 'publishable', '--json')).key;
    await server.serve('127.0.0.1:0');
    return server;
  }

  verb(...args) {
    return execFileSync(BINARY, [...args, '--data', this.data, ...COMMON], { cwd: this.folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  }

  async serve(listen) {
    this.process = spawn(BINARY, ['serve', '--data', this.data, '--listen', listen, ...COMMON], { cwd: this.folder, stdio: ['ignore', 'pipe', 'ignore'] });
    let said = '';
    for await (const piece of this.process.stdout) {
      said += piece;
      const address = /on (http:\/\/\S+)/.exec(said);
      if (address) return (this.url = address[1]);
    }
    throw new Error(`the server did not come up: ${said}`);
  }

  async request(method, target, body, headers = {}) {
    const answer = await fetch(this.url + target, { method, body: body && JSON.stringify(body),
      headers: { apikey: this.key, 'Content-Type': 'application/json', Prefer: 'return=representation', ...headers } });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${target}: ${answer.status} ${text}`);
    return text ? JSON.parse(text) : null;
  }

  /** A developer with `count` apps. */
  async fill(count) {
    const [developer] = await this.request('POST', '/rest/v1/developers', { email: 'ada@example.org', name: 'Ada', password_hash: 'x' }).catch(() =>
      this.request('POST', '/rest/v1/developers', { email: 'ada@example.org', name: 'Ada' }));
    const apps = Array.from({ length: count }, (_, i) => ({ developer_id: developer.id, package_id: `org.example.app${String(i).padStart(3, '0')}`,
      name: `App ${String(i).padStart(3, '0')}`, category: i % 2 ? 'games' : 'web', description: i === 0 ? 'long '.repeat(200) : `The app number ${i}`,
      tags: ['one', 'two'], status: 'published' }));
    await this.request('POST', '/rest/v1/apps', apps);
    return developer;
  }

  async stop() {
    const ended = new Promise((resolve) => this.process.once('exit', resolve));
    this.process.kill('SIGTERM');
    return ended;
  }

  async end() {
    await this.stop();
    fs.rmSync(this.folder, { recursive: true, force: true });
  }
}
