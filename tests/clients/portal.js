// The real binary with the blueprint dev-portal on a throw-away folder. HOLDFAST_BINARY names it.
import { spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { createClient } from '@supabase/supabase-js'

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..')
const binary = path.resolve(process.env.HOLDFAST_BINARY ?? path.join(root, 'build/release/holdfast'))

export const ADA = '1b671a64-40d5-491e-99b0-da01ff1f3341'
export const BEN = '9c858901-8a57-4791-81fe-4c455b099bc9'

export class Portal {
  static async start(...settings) {
    const portal = new Portal(settings)
    portal.verb('migrate', 'up')
    for (const kind of ['publishable', 'service']) portal[kind] = JSON.parse(portal.verb('key', 'create', '--kind', kind, '--json')).key
    await portal.serve()
    return portal
  }

  constructor(settings) {
    this.settings = settings
    this.folder = mkdtempSync(path.join(tmpdir(), 'holdfast-clients-'))
    this.address = '127.0.0.1:0'
  }

  arguments(...verb) {
    return [...verb, '--data', path.join(this.folder, 'data'), '--blueprint', path.join(root, 'blueprints/dev-portal')]
  }

  environment() {
    return Object.fromEntries(Object.entries(process.env).filter(
      ([name]) => !name.startsWith('HOLDFAST_') && name !== 'DATABASE_URL' && name !== 'JWT_SECRET'))
  }

  verb(...words) {
    const done = spawnSync(binary, this.arguments(...words), { encoding: 'utf8', env: this.environment(), cwd: this.folder })
    if (done.status !== 0) throw new Error(`${words.join(' ')}: ${done.error ?? done.stderr}`)
    return done.stdout.trim()
  }

  // Resolves when it serves; after a restart at the same address.
  async serve() {
    this.process = spawn(binary, this.arguments('serve', '--listen', this.address, ...this.settings),
      { env: this.environment(), cwd: this.folder, stdio: ['ignore', 'pipe', 'pipe'] })
    let errors = ''
    this.process.stderr.setEncoding('utf8').on('data', (text) => { errors += text })
    this.ended = new Promise((resolve) => this.process.on('exit', resolve))
    this.url = await new Promise((resolve, reject) => {
      let line = ''
      this.process.stdout.setEncoding('utf8').on('data', (text) => {
        line += text
        if (line.includes('\n')) resolve(line.split(' on ').pop().trim())
      })
      this.ended.then(() => reject(new Error(`the server ended: ${errors}`)))
    })
    this.address = this.url.replace('http://', '')
  }

  async halt(signal = 'SIGTERM') {
    this.process.kill(signal)
    await this.ended
  }

  async stop() {
    await this.halt()
    rmSync(this.folder, { recursive: true, force: true })
  }

  token(subject) {
    return this.verb('token', 'create', '--sub', subject, '--role', 'authenticated', '--ttl', '1h')
  }

  // As an app or page has it; with a subject, as their signed-in user.
  client(subject) {
    const auth = { persistSession: false, autoRefreshToken: false }
    if (!subject) return createClient(this.url, this.publishable, { auth })
    const token = this.token(subject)
    return createClient(this.url, this.publishable, { accessToken: async () => token })
  }

  owner() {
    return createClient(this.url, this.service, { auth: { persistSession: false, autoRefreshToken: false } })
  }
}

export function data({ data: rows, error }) {
  if (error) throw new Error(JSON.stringify(error))
  return rows
}

export async function seed(portal) {
  const owner = portal.owner()
  data(await owner.from('developers').insert([
    { id: ADA, email: 'ada@example.org', name: 'Ada', verified: true },
    { id: BEN, email: 'ben@example.org', name: 'Ben', verified: false },
  ]))
  const apps = data(await owner.from('apps').insert([
    { developer_id: ADA, package_id: 'org.example.atlas', name: 'Atlas', description: 'A map of the world', category: 'travel', tags: ['map', 'offline'], status: 'published' },
    { developer_id: ADA, package_id: 'org.example.beacon', name: 'Beacon', description: 'Finds lighthouses', category: 'travel', tags: ['map'], status: 'published' },
    { developer_id: ADA, package_id: 'org.example.cipher', name: 'Cipher', description: null, category: 'tools', tags: [], status: 'draft' },
    { developer_id: BEN, package_id: 'org.example.drum', name: 'Drum', description: 'A drum machine', category: 'music', tags: ['audio', 'offline'], status: 'published' },
    { developer_id: BEN, package_id: 'org.example.echo_100%', name: 'Echo', description: null, category: null, tags: ['audio'], status: 'published' },
  ]).select())
  const atlas = apps.find((app) => app.name === 'Atlas').id
  data(await owner.from('app_versions').insert([1, 2, 3].map((code) => ({
    app_id: atlas, version_code: code, version_name: `${code}.0`, package_url: `https://example.org/${code}`,
    package_size: code * 1000, signature: 'sha256:00', permissions: { net: code > 1, level: code },
  }))))
  return Object.fromEntries(apps.map((app) => [app.name, app.id]))
}
