import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import type { PushErrorCode } from '../push-error.ts'
import { callers, type OpenTargets, openTargets, refused, scopes } from '../targets/targets.fixture.ts'

const { ann } = callers
const user = scopes.user

const fruits: Record<string, Record<string, unknown>> = {
  apple: { name: 'apple', kilos: 3, isRipe: true },
  banana: { name: 'banana', kilos: 1.5, isRipe: false },
  berry: { name: 'blackberry', kilos: 3 },
  cherry: { name: 'cherry', kilos: '3', tags: ['red'] },
  empty: {},
}

async function openFruits(context: TestContext, limits = {}): Promise<OpenTargets> {
  const targets = await openTargets(context, limits)
  for (const [objectID, fields] of Object.entries(fruits)) {
    await targets.objects.replace(ann, user, 'box', objectID, {}, () => fields)
    targets.clock.now += 1_000
  }
  return targets
}

async function find({ objects }: OpenTargets, query: unknown, more = {}): Promise<string[]> {
  const page = await objects.query(ann, user, 'box', () => ({ bucketQuery: query, ...more }))
  return page.objects.map(({ objectID }) => objectID)
}

const all = 'apple banana berry cherry empty'
const kilos = { type: 'range', field: 'kilos' }
// clause | what it finds
const clauses: [Record<string, unknown>, string][] = [
  [{ type: 'all' }, all],
  [{ type: 'eq', field: 'name', value: 'cherry' }, 'cherry'],
  [{ type: 'eq', field: 'kilos', value: 3 }, 'apple berry'],
  [{ type: 'eq', field: 'kilos', value: '3' }, 'cherry'],
  [{ type: 'eq', field: 'isRipe', value: false }, 'banana'],
  [{ type: 'eq', field: '_id', value: 'berry' }, 'berry'],
  [{ type: 'eq', field: '_owner', value: 'ann' }, all],
  [{ type: 'eq', field: '_version', value: '1' }, all],
  [{ type: 'eq', field: 'constructor', value: 'x' }, ''],
  [{ type: 'in', field: 'name', values: ['apple', 'cherry', 1] }, 'apple cherry'],
  [{ type: 'in', field: 'name', values: [] }, ''],
  [{ type: 'prefix', field: 'name', prefix: 'b' }, 'banana berry'],
  [{ type: 'prefix', field: 'name', prefix: '' }, 'apple banana berry cherry'],
  [{ type: 'prefix', field: 'kilos', prefix: '3' }, 'cherry'],
  [{ ...kilos, lowerLimit: 1.5, upperLimit: 3 }, 'apple banana berry'],
  [{ ...kilos, lowerLimit: 1.5, lowerIncluded: false }, 'apple berry'],
  [{ ...kilos, upperLimit: 3, upperIncluded: false }, 'banana'],
  [{ ...kilos, lowerLimit: 0, upperLimit: 1 }, ''],
  [{ type: 'range', field: 'name', lowerLimit: 'b', upperLimit: 'c' }, 'banana berry'],
  [{ type: 'range', field: '_created', lowerLimit: 2_000, upperLimit: 3_000 }, 'banana berry'],
  [{ type: 'not', clause: { ...kilos, lowerLimit: 0 } }, 'cherry empty'],
  [
    {
      type: 'and',
      clauses: [
        { type: 'eq', field: 'kilos', value: 3 },
        { type: 'prefix', field: 'name', prefix: 'b' },
      ],
    },
    'berry',
  ],
  [
    {
      type: 'or',
      clauses: [
        { type: 'eq', field: 'isRipe', value: true },
        { type: 'eq', field: 'name', value: 'cherry' },
      ],
    },
    'apple cherry',
  ],
]
for (const [clause, found] of clauses)
  test(`${JSON.stringify(clause)} finds ${found || 'nothing'} (P 10.1)`, async (context) => {
    const targets = await openFruits(context)
    assert.equal((await find(targets, { clause })).join(' '), found)
  })

const eq = { type: 'eq', field: 'a', value: 1 }
const nested = (count: number): unknown => (count === 1 ? eq : { type: 'not', clause: nested(count - 1) })
// what | body | code
const bad: [string, unknown, PushErrorCode][] = [
  ['a clause of a type that is not known', { clause: { type: 'geobox', field: 'a' } }, 'QUERY_NOT_SUPPORTED'],
  ['a type that every object has', { clause: { type: 'toString' } }, 'QUERY_NOT_SUPPORTED'],
  ['one inside another', { clause: { type: 'not', clause: { type: 'hasField' } } }, 'QUERY_NOT_SUPPORTED'],
  ['101 clauses', { clause: { type: 'or', clauses: Array(100).fill(eq) } }, 'QUERY_NOT_SUPPORTED'],
  ['101 clauses within each other', { clause: nested(101) }, 'QUERY_NOT_SUPPORTED'],
  ['100,000 clauses within each other', { clause: JSON.parse(nestedText(100_000)) }, 'QUERY_NOT_SUPPORTED'],
  ['a clause that is text', { clause: 'all' }, 'INVALID_INPUT_DATA'],
  ['a clause without a type', { clause: {} }, 'INVALID_INPUT_DATA'],
  ['eq without a field', { clause: { type: 'eq', value: 1 } }, 'INVALID_INPUT_DATA'],
  ['eq with an object', { clause: { ...eq, value: {} } }, 'INVALID_INPUT_DATA'],
  ['eq without a value', { clause: { type: 'eq', field: 'a' } }, 'INVALID_INPUT_DATA'],
  ['in without an array', { clause: { type: 'in', field: 'a', values: 'x' } }, 'INVALID_INPUT_DATA'],
  ['in with null', { clause: { type: 'in', field: 'a', values: [null] } }, 'INVALID_INPUT_DATA'],
  ['and without clauses', { clause: { type: 'and' } }, 'INVALID_INPUT_DATA'],
  ['not without a clause', { clause: { type: 'not' } }, 'INVALID_INPUT_DATA'],
  ['prefix with a number', { clause: { type: 'prefix', field: 'a', prefix: 1 } }, 'INVALID_INPUT_DATA'],
  ['a range without limits', { clause: kilos }, 'INVALID_INPUT_DATA'],
  ['a range of two kinds', { clause: { ...kilos, lowerLimit: 1, upperLimit: '2' } }, 'INVALID_INPUT_DATA'],
  ['a range of booleans', { clause: { ...kilos, lowerLimit: true } }, 'INVALID_INPUT_DATA'],
  ['orderBy a number', { orderBy: 1 }, 'INVALID_INPUT_DATA'],
  ['descending as text', { descending: 'true' }, 'INVALID_INPUT_DATA'],
  ['no bucketQuery', undefined, 'INVALID_INPUT_DATA'],
  ['a bucketQuery that is an array', [], 'INVALID_INPUT_DATA'],
]
function nestedText(count: number): string {
  return `${'{"type":"not","clause":'.repeat(count)}{}${'}'.repeat(count)}`
}
for (const [what, query, code] of bad)
  test(`refuses ${what} with ${code} (P 10.1)`, async (context) => {
    const targets = await openFruits(context)
    await refused(find(targets, query), code)
  })

test('takes 100 clauses', async (context) => {
  const targets = await openFruits(context)
  assert.deepEqual(await find(targets, { clause: { type: 'or', clauses: Array(99).fill(eq) } }), [])
  assert.equal((await find(targets, { clause: nested(100) })).length, 5)
})

// order | what comes in it: nothing, booleans, numbers, texts, and those alike by id
const orders: [Record<string, unknown>, string][] = [
  [{ orderBy: 'kilos' }, 'empty banana apple berry cherry'],
  [{ orderBy: 'kilos', descending: true }, 'cherry berry apple banana empty'],
  [{ orderBy: 'name' }, 'empty apple banana berry cherry'],
  [{ orderBy: 'isRipe' }, 'berry cherry empty banana apple'],
  [{ orderBy: '_created', descending: true }, 'empty cherry berry banana apple'],
  [{ orderBy: 'tags' }, all],
  [{ descending: true }, all],
]
for (const [order, found] of orders)
  test(`orders by ${JSON.stringify(order)} (P 10.1)`, async (context) => {
    const targets = await openFruits(context)
    assert.equal((await find(targets, order)).join(' '), found)
    for (const bestEffortLimit of [1, 2, 4, 5])
      assert.equal((await findAll(targets, order, bestEffortLimit)).join(' '), found, String(bestEffortLimit))
  })

/** Page after page, none of them empty or too long. */
async function findAll({ objects }: OpenTargets, query: unknown, bestEffortLimit: number): Promise<string[]> {
  const found: string[] = []
  let paginationKey: string | undefined
  do {
    const body = { bucketQuery: query, bestEffortLimit, paginationKey }
    const page = await objects.query(ann, user, 'box', () => body)
    assert.ok(page.objects.length > 0 && page.objects.length <= bestEffortLimit)
    found.push(...page.objects.map(({ objectID }) => objectID))
    paginationKey = page.next
  } while (paginationKey !== undefined)
  return found
}

test('goes on where the last page ended, though its last object is gone', async (context) => {
  const targets = await openFruits(context)
  const { objects } = targets
  const bucketQuery = { orderBy: 'name', descending: true }
  const first = await objects.query(ann, user, 'box', () => ({ bucketQuery, bestEffortLimit: 2 }))
  await objects.remove(ann, user, 'box', 'berry')
  assert.deepEqual(await find(targets, bucketQuery, { paginationKey: first.next }), [
    'banana',
    'apple',
    'empty',
  ])
})

test('a page has 200 objects at most, and without a limit (P 16)', async (context) => {
  const targets = await openTargets(context)
  const { objects } = targets
  const ids = Array.from({ length: 450 }, (_, index) => `o${String(index).padStart(3, '0')}`)
  for (const objectID of ids)
    await objects.replace(ann, user, 'box', objectID, {}, () => ({
      n: 1,
      half: Number(objectID.slice(1)) % 2,
    }))
  for (const bestEffortLimit of [undefined, 0, 200, 201, 10_000]) {
    const page = await objects.query(ann, user, 'box', () => ({ bucketQuery: {}, bestEffortLimit }))
    assert.equal(page.objects.length, 200)
  }
  for (const orderBy of [undefined, 'n', 'half']) {
    const found = await findAll(targets, { orderBy }, 200)
    assert.deepEqual(found.sort(), ids)
  }
})

test('a page ends early when it grows too long, and none is left out', async (context) => {
  const targets = await openTargets(context, { pushPageCharactersMax: 1_000 })
  const { objects } = targets
  const text = 'x'.repeat(400)
  for (const objectID of ['aa', 'bb', 'cc', 'dd', 'ee'])
    await objects.replace(ann, user, 'box', objectID, {}, () => ({ text }))
  for (const bucketQuery of [{}, { orderBy: 'text' }]) {
    const page = await objects.query(ann, user, 'box', () => ({ bucketQuery }))
    assert.equal(page.objects.length, 3)
    assert.deepEqual(await findAll(targets, bucketQuery, 200), ['aa', 'bb', 'cc', 'dd', 'ee'])
  }
})

test('texts that begin alike are told apart by their ids, and the key stays short', async (context) => {
  const targets = await openTargets(context)
  const { objects } = targets
  for (const [objectID, end] of Object.entries({ aa: 'z', bb: 'y', cc: 'x' }))
    await objects.replace(ann, user, 'box', objectID, {}, () => ({ text: 'x'.repeat(5_000) + end }))
  const bucketQuery = { orderBy: 'text' }
  const { next } = await objects.query(ann, user, 'box', () => ({ bucketQuery, bestEffortLimit: 1 }))
  assert.ok((next?.length ?? 0) < 500)
  assert.deepEqual(await findAll(targets, bucketQuery, 1), ['aa', 'bb', 'cc'])
})

for (const bestEffortLimit of [-1, 1.5, '10', null])
  test(`refuses the bestEffortLimit ${JSON.stringify(bestEffortLimit)} (P 10.1)`, async (context) => {
    const targets = await openFruits(context)
    await refused(find(targets, {}, { bestEffortLimit }), 'INVALID_INPUT_DATA', { field: 'bestEffortLimit' })
  })

test('refuses a pagination key that is none, or of another kind of query (P 10.1)', async (context) => {
  const targets = await openFruits(context)
  const { objects } = targets
  const ordered = { orderBy: 'name' }
  const keyOf = async (bucketQuery: unknown) =>
    (await objects.query(ann, user, 'box', () => ({ bucketQuery, bestEffortLimit: 1 }))).next
  const refuse = (query: unknown, paginationKey: unknown) =>
    refused(find(targets, query, { paginationKey }), 'INVALID_INPUT_DATA', { field: 'paginationKey' })
  for (const key of ['', 'x', 7, null, 'bnVsbA', Buffer.from('{"id":1}').toString('base64url')])
    await refuse({}, key)
  await refuse(ordered, await keyOf({}))
  await refuse({}, await keyOf(ordered))
})

test('lets others have their turn while it looks at very many objects', async (context) => {
  const targets = await openTargets(context)
  const { objects, buckets, store } = targets
  const { key } = await buckets.create(ann, user, 'box')
  const record = {
    fields: {},
    dataType: undefined,
    creator: undefined,
    version: 1,
    createdAt: 0,
    modifiedAt: 0,
  }
  for (let index = 0; index < 2_000; index += 1)
    await store.objects.addObject(
      key,
      { ...record, objectID: `o${index}`, accessList: {} },
      { perBucketMax: 2_000 },
    )
  let turns = 0
  const turn = () => {
    turns += 1
    immediate = setImmediate(turn)
  }
  let immediate = setImmediate(turn)
  const page = await objects.query(ann, user, 'box', () => ({ bucketQuery: { clause: eq } }))
  clearImmediate(immediate)
  assert.deepEqual(page, { objects: [], next: undefined })
  assert.ok(turns >= 8, String(turns))
})

test('lets others have their turn however many queries there are at once', async (context) => {
  const targets = await openTargets(context)
  const { objects, store } = targets
  for (let index = 0; index < 60; index += 1)
    await objects.replace(ann, user, 'box', `o${index}`, {}, () => ({ index }))
  const { pageObjects } = store.objects
  context.after(() => void Object.assign(store.objects, { pageObjects }))
  const pages = new Map<number, number>()
  store.objects.pageObjects = (...args) => {
    pages.set(turns, (pages.get(turns) ?? 0) + 1)
    return pageObjects.apply(store.objects, args)
  }
  let turns = 0
  const turn = () => {
    turns += 1
    immediate = setImmediate(turn)
  }
  let immediate = setImmediate(turn)
  const ask = (bucketQuery: unknown) => objects.query(ann, user, 'box', () => ({ bucketQuery }))
  const queries = Array.from({ length: 20 }, (_, index) =>
    ask(index % 2 === 0 ? { clause: eq } : { clause: eq, orderBy: 'index' }),
  )
  await Promise.all(queries)
  clearImmediate(immediate)
  assert.ok(Math.max(...pages.values()) <= 2, `pages in a turn: ${[...pages.values()]}`)
})
