// /changes/v1 as a stream: nothing missed and nothing twice, whatever is cut off, and only what one may see.
import assert from 'node:assert/strict'
import net from 'node:net'
import { after, before, describe, test } from 'node:test'
import { EventParser, follow } from './event_source.js'
import { ADA, BEN, data, Portal, seed } from './portal.js'

let portal, apps

before(async () => {
  portal = await Portal.start('--stream-heartbeat', '1s', '--max-streams', '20')
  apps = await seed(portal)
})
after(() => portal.stop())

const service = () => ({ apikey: portal.service })
const as = (subject) => ({ apikey: portal.publishable, Authorization: `Bearer ${portal.token(subject)}` })
const changes = (query) => `${portal.url}/changes/v1?${query}`

async function newest() {
  return (await (await fetch(changes('since=now'), { headers: service() })).json()).position
}

// Every commit after `since` by pages: position -> number of changes.
async function allCommits(since) {
  const commits = new Map()
  for (let page = { position: since, more: true }; page.more;) {
    page = await (await fetch(changes(`since=${page.position}&limit=500`), { headers: service() })).json()
    for (const change of page.changes) commits.set(change.position, (commits.get(change.position) ?? 0) + 1)
  }
  return commits
}

// Writers that go on until stopped: commits of one row, of a few, and of many.
function startWriters(count) {
  let serial = 0
  let running = true
  const write = async (writer) => {
    while (running) {
      const rows = [1, 3, 250][Math.floor(Math.random() * 2.2)]
      const body = Array.from({ length: rows }, () => ({ app_id: apps.Atlas, date: '2026-01-01', event_type: `w${writer}-${serial++}`, count: 1 }))
      await fetch(`${portal.url}/rest/v1/telemetry_daily`, { method: 'POST', body: JSON.stringify(body), headers: { ...service(), 'Content-Type': 'application/json' } }).catch(() => {})
      await new Promise((resolve) => setTimeout(resolve, 5))
    }
  }
  const writers = Array.from({ length: count }, (_, writer) => write(writer))
  return async () => { running = false; await Promise.all(writers) }
}

// Collects events and checks as they come that ids rise and hold whole commits.
function collector(until) {
  const commits = new Map()
  let last = 0
  const onEvent = (event) => {
    const { position, changes: list } = JSON.parse(event.data)
    assert.equal(event.type, 'message', event.data)
    assert.equal(String(position), event.id)
    assert.ok(position > last, `${position} after ${last}`)
    assert.deepEqual(list.map((change) => change.position), list.map(() => position))
    assert.deepEqual(list.map((change) => change.sequence), list.map((_, i) => i))
    last = position
    commits.set(position, list.length)
    return until(position)
  }
  return { commits, onEvent }
}

test('each commit is one event, from any position on', async () => {
  const from = await newest()
  data(await portal.owner().from('telemetry_daily').insert([1, 2].map((n) => ({ app_id: apps.Atlas, date: '2026-02-01', event_type: `first${n}` }))))
  const { commits, onEvent } = collector((position) => position === from + 1)
  await follow(changes(`since=${from}`), service(), onEvent)
  assert.deepEqual([...commits], [[from + 1, 2]])
})

test('since=now tells only what comes', async () => {
  const from = await newest()
  const { commits, onEvent } = collector(() => true)
  await follow(changes('since=now'), service(), onEvent, {
    onOpen: async () => data(await portal.owner().from('telemetry_daily').insert({ app_id: apps.Atlas, date: '2026-02-02', event_type: 'later' })),
  })
  assert.deepEqual([...commits], [[from + 1, 1]])
})

test('Last-Event-ID wins over since', async () => {
  const from = await newest()
  data(await portal.owner().from('telemetry_daily').insert({ app_id: apps.Atlas, date: '2026-02-03', event_type: 'resumed' }))
  const { commits, onEvent } = collector(() => true)
  await follow(changes('since=0'), service(), onEvent, { lastId: String(from) })
  assert.deepEqual([...commits.keys()], [from + 1])
})

test('cut at random points many times while writers run, nothing is missed and nothing comes twice', { timeout: 60_000 }, async () => {
  const from = await newest()
  const stopWriters = startWriters(3)
  const goal = from + 400
  const { commits, onEvent } = collector((position) => position >= goal)
  let cuts = 0
  let done = false
  const parser = new EventParser()
  parser.lastId = String(from)
  // One connection that is destroyed after a random number of bytes, wherever that is.
  const readSome = () => new Promise((resolve) => {
    Object.assign(parser, { rest: '', data: [], type: '', nextId: parser.lastId })
    const [host, port] = portal.address.split(':')
    const socket = net.connect(Number(port), host)
    // Mostly little, sometimes more than the largest commit, which is sent again whole until it gets through.
    const most = Math.floor(Math.random() ** 3 * 300_000)
    let raw = ''
    let body = ''
    socket.setEncoding('latin1')
    socket.write(`GET /changes/v1?since=0 HTTP/1.1\r\nHost: x\r\nAccept: text/event-stream\r\napikey: ${portal.service}\r\nLast-Event-ID: ${parser.lastId}\r\n\r\n`)
    socket.on('data', (text) => {
      raw += text
      if (raw.length > most) {
        raw = raw.slice(0, most)
        socket.destroy()
      }
      const head = raw.indexOf('\r\n\r\n')
      if (head < 0) return
      const decoded = unchunk(raw.slice(head + 4))
      for (const event of parser.take(decoded.slice(body.length))) if (!done && onEvent(event)) { done = true; socket.destroy() }
      body = decoded
    })
    socket.on('close', resolve)
    socket.on('error', () => {})
  })
  try {
    for (; !done; ++cuts) await readSome()
  } finally {
    await stopWriters()
  }
  assert.ok(cuts >= 20, `only ${cuts} cuts`)
  // Events behind the goal may have come with it.
  const last = [...commits.keys()].pop()
  assert.deepEqual([...commits], [...await allCommits(from)].filter(([position]) => position <= last))
  assert.ok([...commits.values()].some((count) => count === 250), 'a commit of many rows was among them')
})

// As much of a chunked body as has arrived; a chunk may be cut.
function unchunk(text) {
  let body = ''
  for (let at = 0; ;) {
    const line = text.indexOf('\r\n', at)
    if (line < 0) return body
    const length = parseInt(text.slice(at, line), 16)
    body += text.slice(line + 2, line + 2 + length)
    at = line + 2 + length + 2
    if (at >= text.length) return body
  }
}

test('follows across restarts and kills of the server', { timeout: 60_000 }, async () => {
  const from = await newest()
  const stopWriters = startWriters(2)
  const controller = new AbortController()
  let goal = Infinity
  const { commits, onEvent } = collector((position) => position >= goal)
  const following = follow(changes(`since=${from}`), service(), onEvent, { signal: controller.signal })
  try {
    for (const signal of ['SIGTERM', 'SIGKILL', 'SIGTERM', 'SIGKILL']) {
      const before = commits.size
      while (commits.size < before + 30) await new Promise((resolve) => setTimeout(resolve, 5))
      await portal.halt(signal)
      await portal.serve()
    }
  } finally {
    await stopWriters()
  }
  data(await portal.owner().from('telemetry_daily').insert({ app_id: apps.Atlas, date: '2026-02-04', event_type: 'last' }))
  goal = await newest()
  if (![...commits.keys()].includes(goal)) await following
  controller.abort()
  const { connections } = await following
  assert.ok(connections >= 5, `${connections} connections`)
  assert.deepEqual([...commits], [...await allCommits(from)])
})

describe('what one may see', () => {
  test('row-level security judges the old and the new row for each user', { timeout: 20_000 }, async () => {
    const from = await newest()
    const owner = portal.owner()
    const app = data(await owner.from('apps').insert({ developer_id: ADA, package_id: 'org.example.secret', name: 'Secret' }).select().single())
    data(await owner.from('apps').update({ status: 'published' }).eq('id', app.id))
    data(await owner.from('apps').update({ status: 'draft' }).eq('id', app.id))
    data(await owner.from('apps').delete().eq('id', app.id))
    data(await owner.from('apps').insert({ developer_id: BEN, package_id: 'org.example.end', name: 'End', status: 'published' }))
    const seenBy = async (subject) => {
      const seen = []
      await follow(changes(`since=${from}&table=apps`), as(subject), (event) => {
        for (const { operation, before, after } of JSON.parse(event.data).changes) seen.push([operation, before?.status ?? null, after?.status ?? null])
        return event.id === String(from + 5)
      })
      return seen
    }
    assert.deepEqual(await seenBy(ADA), [['insert', null, 'draft'], ['update', 'draft', 'published'], ['update', 'published', 'draft'], ['delete', 'draft', null], ['insert', null, 'published']])
    assert.deepEqual(await seenBy(BEN), [['update', null, 'published'], ['update', 'published', null], ['insert', null, 'published']])
  })

  test('hidden columns and who changed a row are told to nobody but who sees all', async () => {
    const from = await newest()
    data(await portal.client(ADA).from('developers').update({ name: 'Ada L.' }).eq('id', ADA))
    const seen = []
    await follow(changes(`since=${from}`), as(ADA), (event) => seen.push(JSON.parse(event.data).changes[0]))
    assert.equal(seen[0].after.name, 'Ada L.')
    assert.ok(!('password_hash' in seen[0].after) && !('actor' in seen[0]))
    await follow(changes(`since=${from}`), service(), (event) => seen.push(JSON.parse(event.data).changes[0]))
    assert.equal(seen[1].actor, ADA)
    assert.ok(!('password_hash' in seen[1].after))
  })

  test('several tables, by either spelling', async () => {
    const from = await newest()
    const owner = portal.owner()
    data(await owner.from('signing_keys').insert({ developer_id: ADA, name: 'k', public_key: 'p', fingerprint: 'f' }))
    data(await owner.from('telemetry_daily').insert({ app_id: apps.Atlas, date: '2026-02-05', event_type: 'passed over' }))
    data(await owner.from('apps').update({ category: 'maps' }).eq('id', apps.Atlas))
    for (const tables of ['table=apps&table=signing_keys', 'table=apps,signing_keys']) {
      const seen = []
      await follow(changes(`since=${from}&${tables}`), service(), (event) => {
        seen.push([Number(event.id) - from, JSON.parse(event.data).changes[0].table])
        return seen.length === 2
      })
      assert.deepEqual(seen, [[1, 'signing_keys'], [3, 'apps']])
    }
  })
})

describe('the end of a stream', () => {
  const refused = async (query, headers) => {
    const answer = await fetch(changes(query), { headers: { Accept: 'text/event-stream', ...headers } })
    return [answer.status, (await answer.json()).code]
  }
  test('what cannot be followed is refused before it begins', async () => {
    assert.deepEqual(await refused('since=0', {}), [401, 'PGRST302'])
    assert.deepEqual(await refused('since=soon', service()), [400, 'PGRST100'])
    assert.deepEqual(await refused('since=0', { ...service(), 'Last-Event-ID': 'x' }), [400, 'PGRST100'])
    assert.deepEqual(await refused('since=0&table=no_such', service()), [404, 'PGRST205'])
    assert.deepEqual(await refused(`since=${await newest() + 1}`, service()), [410, 'HF013'])
  })

  test('a key that is revoked ends it with an error event', { timeout: 20_000 }, async () => {
    const { key } = JSON.parse(portal.verb('key', 'create', '--kind', 'service', '--json'))
    let seen
    await follow(changes('since=now'), { apikey: key }, (event) => { seen = event; return true }, { onOpen: () => portal.verb('key', 'revoke', key.slice(0, 15)) })
    assert.equal(seen.type, 'error')
    assert.equal(JSON.parse(seen.data).code, 'HF007')
  })

  test('silence is filled with heartbeats that carry the position', { timeout: 20_000 }, async () => {
    const controller = new AbortController()
    const answer = await fetch(changes('since=now'), { headers: { Accept: 'text/event-stream', ...service() }, signal: controller.signal })
    let text = ''
    for await (const bytes of answer.body) {
      text += new TextDecoder().decode(bytes)
      if (text.includes(': heartbeat\n')) break
    }
    controller.abort()
    assert.match(text, new RegExp(`: heartbeat\nid: ${await newest()}\n\n`))
  })

  test('there are no more streams than the setting allows, and requests go on', { timeout: 20_000 }, async () => {
    const controller = new AbortController()
    const open = () => fetch(changes('since=now'), { headers: { Accept: 'text/event-stream', ...service() }, signal: controller.signal })
    const statuses = (await Promise.all(Array.from({ length: 25 }, open))).map((answer) => answer.status).sort()
    assert.deepEqual(statuses, [...Array(20).fill(200), ...Array(5).fill(503)])
    assert.equal(data(await portal.client().from('apps').select('name').limit(1)).length, 1)
    controller.abort()
    for (let status = 503; status !== 200;) {
      const single = new AbortController()
      status = (await fetch(changes('since=now'), { headers: { Accept: 'text/event-stream', ...service() }, signal: single.signal })).status
      single.abort()
    }
  })

  test('a stop of the server ends streams at once', { timeout: 20_000 }, async () => {
    const answer = await fetch(changes('since=now'), { headers: { Accept: 'text/event-stream', ...service() } })
    const began = Date.now()
    const ended = (async () => { for await (const _ of answer.body); })()
    await portal.halt()
    await ended
    assert.ok(Date.now() - began < 5000)
    await portal.serve()
  })
})
