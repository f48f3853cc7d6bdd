// Every filter method of postgrest-js but those of ranges, whose types the embedded engine does not have.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { data, Portal, seed } from './portal.js'

let portal, client

before(async () => {
  portal = await Portal.start()
  await seed(portal)
  client = portal.owner()
})
after(() => portal.stop())

const cases = {
  eq: [(q) => q.eq('name', 'Atlas'), ['Atlas']],
  neq: [(q) => q.neq('category', 'travel'), ['Cipher', 'Drum']],
  gt: [(q) => q.gt('name', 'Cipher'), ['Drum', 'Echo']],
  gte: [(q) => q.gte('name', 'Cipher'), ['Cipher', 'Drum', 'Echo']],
  lt: [(q) => q.lt('name', 'Beacon'), ['Atlas']],
  lte: [(q) => q.lte('name', 'Beacon'), ['Atlas', 'Beacon']],
  like: [(q) => q.like('name', '%c%'), ['Beacon', 'Echo']],
  'like with an escaped wildcard': [(q) => q.like('package_id', '%\\%'), ['Echo']],
  ilike: [(q) => q.ilike('name', '%C%'), ['Beacon', 'Cipher', 'Echo']],
  likeAllOf: [(q) => q.likeAllOf('name', ['%a%', '%c%']), ['Beacon']],
  likeAnyOf: [(q) => q.likeAnyOf('name', ['A%', 'D%']), ['Atlas', 'Drum']],
  ilikeAllOf: [(q) => q.ilikeAllOf('name', ['%A%', '%S']), ['Atlas']],
  ilikeAnyOf: [(q) => q.ilikeAnyOf('name', ['a%', 'd%']), ['Atlas', 'Drum']],
  'is null': [(q) => q.is('description', null), ['Cipher', 'Echo']],
  'in': [(q) => q.in('name', ['Atlas', 'Echo', 'Nobody']), ['Atlas', 'Echo']],
  'in with commas and quotes': [(q) => q.in('name', ['At,las', 'Ech"o', 'Drum']), ['Drum']],
  contains: [(q) => q.contains('tags', ['map', 'offline']), ['Atlas']],
  containedBy: [(q) => q.containedBy('tags', ['map']), ['Beacon', 'Cipher']],
  overlaps: [(q) => q.overlaps('tags', ['audio', 'offline']), ['Atlas', 'Drum', 'Echo']],
  'textSearch, websearch': [(q) => q.textSearch('description', 'maps -drum', { type: 'websearch', config: 'english' }), ['Atlas']],
  'textSearch, plain': [(q) => q.textSearch('description', 'drum machines', { type: 'plain', config: 'english' }), ['Drum']],
  'textSearch, phrase': [(q) => q.textSearch('description', 'drum machine', { type: 'phrase', config: 'english' }), ['Drum']],
  'textSearch, tsquery': [(q) => q.textSearch('description', "'map' | 'lighthous'", { config: 'english' }), ['Atlas', 'Beacon']],
  match: [(q) => q.match({ category: 'travel', name: 'Beacon' }), ['Beacon']],
  'not eq': [(q) => q.not('category', 'eq', 'travel'), ['Cipher', 'Drum']],
  'not is null': [(q) => q.not('category', 'is', null), ['Atlas', 'Beacon', 'Cipher', 'Drum']],
  'not in': [(q) => q.not('name', 'in', '(Atlas,Drum)'), ['Beacon', 'Cipher', 'Echo']],
  or: [(q) => q.or('name.eq.Atlas,category.is.null'), ['Atlas', 'Echo']],
  'or with and inside': [(q) => q.or('name.eq.Echo,and(category.eq.travel,tags.cs.{offline})'), ['Atlas', 'Echo']],
  filter: [(q) => q.filter('tags', 'cs', '{audio}'), ['Drum', 'Echo']],
  'two together': [(q) => q.eq('category', 'travel').contains('tags', ['offline']), ['Atlas']],
}

for (const [name, [filter, expected]] of Object.entries(cases)) {
  test(`filter ${name}`, async () => {
    const rows = data(await filter(client.from('apps').select('name')).order('name'))
    assert.deepEqual(rows.map((row) => row.name), expected)
  })
}

test('is true and is false', async () => {
  assert.deepEqual(data(await client.from('developers').select('name').is('verified', true)), [{ name: 'Ada' }])
  assert.deepEqual(data(await client.from('developers').select('name').is('verified', false)), [{ name: 'Ben' }])
})

test('contains and arrows on jsonb', async () => {
  const codes = async (filter) => data(await filter(client.from('app_versions').select('version_code')).order('version_code')).map((row) => row.version_code)
  assert.deepEqual(await codes((q) => q.contains('permissions', { net: true })), [2, 3])
  assert.deepEqual(await codes((q) => q.eq('permissions->>net', 'false')), [1])
  assert.deepEqual(await codes((q) => q.gt('permissions->level', 2)), [3])
})

test('or over an embedded table', async () => {
  const rows = data(await client.from('apps').select('name, app_versions!inner(version_code)')
    .or('version_code.eq.1,version_code.eq.3', { referencedTable: 'app_versions' }))
  assert.deepEqual(rows, [{ name: 'Atlas', app_versions: [{ version_code: 1 }, { version_code: 3 }] }])
})

test('a filter on an embedded column', async () => {
  const rows = data(await client.from('apps').select('name, developers!inner(name)').eq('developers.name', 'Ben').order('name'))
  assert.deepEqual(rows.map((row) => row.name), ['Drum', 'Echo'])
})
