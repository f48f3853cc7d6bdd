// @supabase/supabase-js as it is published, against the real server.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import net from 'node:net'
import { after, before, describe, test } from 'node:test'
import { createClient } from '@supabase/supabase-js'
import { ADA, BEN, data, Portal, seed } from './portal.js'

let portal, visitor, ada, ben, owner, apps

before(async () => {
  portal = await Portal.start()
  apps = await seed(portal)
  visitor = portal.client()
  ada = portal.client(ADA)
  ben = portal.client(BEN)
  owner = portal.owner()
})
after(() => portal.stop())

let serial = 0
const freshApp = (developer, more = {}) => ({ developer_id: developer, package_id: `org.example.fresh${++serial}`, name: 'Fresh', ...more })

describe('reading', () => {
  test('all columns of what one may see', async () => {
    const rows = data(await visitor.from('apps').select().order('name'))
    assert.deepEqual(rows.map((row) => row.name), ['Atlas', 'Beacon', 'Drum', 'Echo'])
    assert.deepEqual(rows[0].tags, ['map', 'offline'])
    assert.equal(typeof rows[0].created_at, 'string')
  })
  test('renamed and cast columns', async () => {
    assert.deepEqual(data(await owner.from('app_versions').select('code:version_code::text').order('version_code').limit(1)), [{ code: '1' }])
  })
  test('an embedded parent and embedded children, ordered and limited', async () => {
    const row = data(await owner.from('apps').select('name, developers(name), app_versions(version_name)')
      .eq('name', 'Atlas').order('version_code', { referencedTable: 'app_versions', ascending: false })
      .limit(2, { referencedTable: 'app_versions' }).single())
    assert.deepEqual(row, { name: 'Atlas', developers: { name: 'Ada' }, app_versions: [{ version_name: '3.0' }, { version_name: '2.0' }] })
  })
  test('a view embedded by the key that it shows', async () => {
    const row = data(await visitor.from('apps').select('name, developer_profiles(name)').eq('name', 'Drum').single())
    assert.deepEqual(row, { name: 'Drum', developer_profiles: { name: 'Ben' } })
  })
  test('order with nulls and by several columns', async () => {
    const names = async (query) => data(await query).map((row) => row.name)
    assert.deepEqual(await names(owner.from('apps').select('name').order('category', { nullsFirst: true }).order('name', { ascending: false })),
      ['Echo', 'Drum', 'Cipher', 'Beacon', 'Atlas'])
    assert.deepEqual(await names(owner.from('apps').select('name').order('category', { ascending: false, nullsFirst: false }).order('name')),
      ['Atlas', 'Beacon', 'Cipher', 'Drum', 'Echo'])
  })
  test('limit and range', async () => {
    assert.deepEqual(data(await visitor.from('apps').select('name').order('name').limit(1)), [{ name: 'Atlas' }])
    assert.deepEqual(data(await visitor.from('apps').select('name').order('name').range(1, 2)), [{ name: 'Beacon' }, { name: 'Drum' }])
  })
  test('single and maybeSingle', async () => {
    assert.equal(data(await visitor.from('apps').select('name').eq('name', 'Atlas').single()).name, 'Atlas')
    assert.equal(data(await visitor.from('apps').select('name').eq('name', 'Nobody').maybeSingle()), null)
    const none = await visitor.from('apps').select('name').eq('name', 'Nobody').single()
    assert.equal(none.error.code, 'PGRST116')
    assert.equal(none.status, 406)
    const many = await visitor.from('apps').select('name').maybeSingle()
    assert.equal(many.error.code, 'PGRST116')
  })
  test('csv', async () => {
    assert.equal(data(await visitor.from('apps').select('name,category').order('name').limit(2).csv()), 'name,category\nAtlas,travel\nBeacon,travel')
  })
  for (const count of ['exact', 'planned', 'estimated'])
    test(`count ${count}`, async () => {
      const answer = await owner.from('apps').select('name', { count }).limit(1)
      assert.equal(data(answer).length, 1)
      if (count === 'planned') assert.equal(typeof answer.count, 'number')
      else assert.equal(answer.count, 5)
    })
  test('head with a count, and no rows', async () => {
    const answer = await visitor.from('apps').select('*', { count: 'exact', head: true })
    assert.equal(answer.error, null)
    assert.equal(answer.data, null)
    assert.equal(answer.count, 4)
  })
  test('large answers, which arrive compressed', async () => {
    const many = Array.from({ length: 300 }, () => freshApp(BEN, { name: 'Bulk', category: 'bulk' }))
    data(await owner.from('apps').insert(many))
    assert.equal(data(await owner.from('apps').select().eq('category', 'bulk')).length, 300)
    const raw = await fetch(`${portal.url}/rest/v1/apps?category=eq.bulk`, { headers: { apikey: portal.service, 'Accept-Encoding': 'gzip' } })
    assert.equal(raw.headers.get('content-encoding'), 'gzip')
    assert.equal((await raw.json()).length, 300)
    data(await owner.from('apps').delete().eq('category', 'bulk'))
  })
})

describe('writing', () => {
  test('insert without and with its row', async () => {
    const quiet = await ada.from('apps').insert(freshApp(ADA))
    assert.equal(quiet.status, 201)
    assert.equal(quiet.data, null)
    const row = data(await ada.from('apps').insert(freshApp(ADA, { tags: ['a', 'b'] })).select().single())
    assert.equal(row.status, 'draft')
    assert.deepEqual(row.tags, ['a', 'b'])
    assert.match(row.id, /^[0-9a-f-]{36}$/)
  })
  test('insert of many, with defaults where a column is missing', async () => {
    const rows = data(await ada.from('apps').insert([freshApp(ADA, { category: 'x' }), freshApp(ADA)], { defaultToNull: false }).select('category,status'))
    assert.deepEqual(rows, [{ category: 'x', status: 'draft' }, { category: null, status: 'draft' }])
  })
  test('upsert by primary key, by another key, and one that leaves rows alone', async () => {
    const row = data(await ada.from('apps').insert(freshApp(ADA)).select().single())
    assert.equal(data(await ada.from('apps').upsert({ ...row, name: 'Again' }).select().single()).name, 'Again')
    const by = { onConflict: 'package_id' }
    const change = { developer_id: ADA, package_id: row.package_id, name: 'Thrice' }
    assert.equal(data(await ada.from('apps').upsert(change, by).select().single()).id, row.id)
    assert.deepEqual(data(await ada.from('apps').upsert({ ...change, name: 'No' }, { ...by, ignoreDuplicates: true }).select()), [])
    assert.equal(data(await ada.from('apps').select('name').eq('id', row.id).single()).name, 'Thrice')
  })
  test('update and delete, with rows and with counts', async () => {
    const made = data(await ada.from('apps').insert([freshApp(ADA, { category: 'gone' }), freshApp(ADA, { category: 'gone' })]).select('id'))
    const changed = await ada.from('apps').update({ name: 'Changed' }, { count: 'exact' }).eq('category', 'gone').select('name')
    assert.deepEqual(data(changed), [{ name: 'Changed' }, { name: 'Changed' }])
    assert.equal(changed.count, 2)
    const one = await ada.from('apps').delete({ count: 'exact' }).eq('id', made[0].id)
    assert.equal(one.count, 1)
    assert.equal(one.status, 204)
    assert.equal(data(await ada.from('apps').delete().eq('category', 'gone').select()).length, 1)
  })
  test('maxAffected stops a change that reaches too far', async () => {
    data(await ada.from('apps').insert([freshApp(ADA, { category: 'far' }), freshApp(ADA, { category: 'far' })]))
    const answer = await ada.from('apps').update({ name: 'Far' }).eq('category', 'far').maxAffected(1)
    assert.equal(answer.error.code, 'PGRST124')
    assert.deepEqual(data(await ada.from('apps').select('name').eq('category', 'far')), [{ name: 'Fresh' }, { name: 'Fresh' }])
  })
})

describe('functions', () => {
  test('rpc with rows that can be filtered further', async () => {
    const rows = data(await visitor.rpc('search_apps', { query: 'drum' }).select('name').eq('category', 'music'))
    assert.deepEqual(rows, [{ name: 'Drum' }])
  })
  test('rpc by GET and with a scalar', async () => {
    assert.deepEqual(data(await visitor.rpc('search_apps', { query: 'map' }, { get: true }).select('name').order('name')).map((row) => row.name), ['Atlas', 'Beacon'])
    assert.equal(data(await ada.rpc('owns_app', { app: apps.Atlas })), true)
    assert.equal(data(await ben.rpc('owns_app', { app: apps.Atlas })), false)
  })
  test('rpc counts and reads heads', async () => {
    const answer = await visitor.rpc('search_apps', { query: 'map' }, { head: true, count: 'exact' })
    assert.equal(answer.error, null)
    assert.equal(answer.count, 2)
  })
  test('one that is not there', async () => {
    assert.equal((await visitor.rpc('no_such_function')).error.code, 'PGRST202')
  })
})

describe('errors carry the codes that apps test for', () => {
  const cases = {
    23505: [() => ada.from('apps').insert({ developer_id: ADA, package_id: 'org.example.atlas', name: 'Copy' }), 409],
    23503: [() => owner.from('apps').insert(freshApp('00000000-0000-0000-0000-000000000000')), 409],
    23502: [() => ada.from('apps').insert({ developer_id: ADA, package_id: 'org.example.nameless' }), 400],
    23514: [() => owner.from('apps').insert(freshApp(ADA, { status: 'odd' })), 400],
    42501: [() => ada.from('apps').insert(freshApp(BEN)), 403],
    42703: [() => owner.from('developers').select('password_hash'), 400],
    '22P02': [() => visitor.from('apps').select().eq('id', 'no-uuid'), 400],
    22001: [() => ada.from('apps').insert(freshApp(ADA, { name: 'x'.repeat(101) })), 400],
    PGRST205: [() => visitor.from('no_such_table').select(), 404],
    PGRST200: [() => visitor.from('apps').select('*, signing_keys(*)'), 400],
    PGRST204: [() => ada.from('apps').insert({ ...freshApp(ADA), no_such_column: 1 }), 400],
    PGRST116: [() => visitor.from('apps').select().single(), 406],
  }
  for (const [code, [ask, status]] of Object.entries(cases))
    test(code, async () => {
      const answer = await ask()
      assert.equal(answer.error?.code, code, JSON.stringify(answer.error))
      assert.equal(answer.status, status)
      assert.equal(typeof answer.error.message, 'string')
      assert.equal(answer.data, null)
    })
  test('throwOnError throws it', async () => {
    await assert.rejects(async () => await visitor.from('no_such_table').select().throwOnError(), { code: 'PGRST205' })
  })
  test('a key that is unknown', async () => {
    const stranger = createClient(portal.url, 'hf_pub_00000000_unknown', { auth: { persistSession: false } })
    const answer = await stranger.from('apps').select()
    assert.equal(answer.error.code, 'HF007')
    assert.equal(answer.status, 401)
  })
  test('a token that nobody signed', async () => {
    const forger = createClient(portal.url, portal.publishable, { accessToken: async () => 'eyJhbGciOiJub25lIn0.eyJyb2xlIjoic2VydmljZV9yb2xlIn0.' })
    assert.equal((await forger.from('apps').select()).error.code, 'PGRST301')
  })
})

describe('two users', () => {
  test('see their own rows and what is public', async () => {
    assert.deepEqual(data(await ada.from('developers').select('name')), [{ name: 'Ada' }])
    assert.deepEqual(data(await ben.from('developers').select('name')), [{ name: 'Ben' }])
    assert.equal(data(await ada.from('apps').select().eq('name', 'Cipher')).length, 1)
    assert.equal(data(await ben.from('apps').select().eq('name', 'Cipher')).length, 0)
  })
  test('cannot change what is not theirs', async () => {
    assert.deepEqual(data(await ben.from('apps').update({ name: 'Mine' }).eq('name', 'Atlas').select()), [])
    assert.deepEqual(data(await ben.from('apps').delete().eq('name', 'Atlas').select()), [])
    const given = await ada.from('apps').update({ developer_id: BEN }).eq('name', 'Cipher')
    assert.equal(given.error.code, '42501')
  })
  test('a visitor may not write', async () => {
    const answer = await visitor.from('apps').insert(freshApp(ADA))
    assert.equal(answer.error.code, '42501')
    assert.equal(answer.status, 401)
  })
  test('embedded rows pass policies too', async () => {
    assert.deepEqual(data(await ada.from('apps').select('name, app_versions(version_code)').eq('name', 'Atlas').single()).app_versions.length, 3)
    assert.deepEqual(data(await ben.from('apps').select('name, app_versions(version_code)').eq('name', 'Atlas').single()).app_versions, [])
  })
})

describe('giving up', () => {
  test('an aborted request says so', async () => {
    const controller = new AbortController()
    const asked = visitor.from('apps').select().abortSignal(controller.signal)
    controller.abort()
    const answer = await asked
    assert.match(`${answer.error.message} ${answer.error.details}`, /abort/i)
    assert.equal(data(await visitor.from('apps').select('name').limit(1)).length, 1)
  })
  test('a request that takes longer than its timeout', async () => {
    // Behind something that takes connections and says nothing.
    const silent = net.createServer(() => {}).listen(0, '127.0.0.1')
    await once(silent, 'listening')
    const stalled = createClient(`http://127.0.0.1:${silent.address().port}`, portal.publishable, {
      auth: { persistSession: false },
      global: { fetch: (url, options) => fetch(url, { ...options, signal: AbortSignal.timeout(100) }) },
    })
    const answer = await stalled.from('apps').select()
    silent.close()
    assert.match(answer.error.message, /Timeout|abort/i)
  })
})
