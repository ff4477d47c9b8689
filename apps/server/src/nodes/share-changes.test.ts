import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { type AccountChange, Accounts } from '@pillion/accounts'
import { Broker, openPolicy } from '@pillion/broker'
import { CertificateAuthority, Fleet } from '@pillion/fleet'
import { Ledger } from '@pillion/ledger'
import { NatsNodes } from '@pillion/relay-nats'
import { limits } from '@pillion/schema'
import { openSqlite } from '@pillion/store'
import { waitUntil } from '@pillion/testkit'
import { pino } from 'pino'
import { natsIsMissing, startNats } from '../../../../packages/relay-nats/src/nats.fixture.ts'
import { quickTimes } from '../../../../packages/relay-nats/src/nodes.fixture.ts'
import { LEVELS_NOTICE, SharedLevels, type SharedLevelsOptions } from '../ledger/shared-levels.ts'
import { NodeQuestions } from './node-questions.ts'
import { type SharedChanges, shareChanges } from './share-changes.ts'

type Listener = Parameters<NatsNodes['notices']['listen']>[0]

/** Two nodes on one store, which the second one can lose; what is told between them goes through the test. */
async function openNodes(t: TestContext, endStaleConnections: SharedChanges['endStaleConnections']) {
  const {
    accounts: store,
    fleet: fleetStore,
    ledger: ledgerStore,
    close,
  } = await openSqlite({ file: ':memory:' })
  const state = { isAway: false }
  const losable = Object.assign(Object.create(store) as typeof store, {
    listAccounts: () => (state.isAway ? Promise.reject(new Error('away')) : store.listAccounts()),
  })
  const other = await Accounts.open({ store })
  await other.add({ name: 'a' })
  const accounts = await Accounts.open({ store: losable })
  const fleet = new Fleet({ store: fleetStore, ...(await CertificateAuthority.create()) })
  const ledger = new Ledger({ node: 'here', log: pino({ level: 'silent' }) })
  const log = pino({ level: 'silent' })
  const changes: AccountChange[] = []
  accounts.onChange((change) => changes.push(change))
  const listeners: Listener[] = []
  const told: [subject: string, body: unknown][] = []
  const notices = {
    tell: (subject: string, body: unknown) => void told.push([subject, body]),
    listen: (listener: Listener) => {
      listeners.push(listener)
      return () => {}
    },
  }
  const levels = new SharedLevels({ ledger, store: ledgerStore, nodes: { notices }, log })
  const start = () => {
    const nodes = { notices, onState: () => () => {} }
    const parts = { nodes, fleet, accounts, levels, endConnections: () => {}, endStaleConnections, log }
    t.after(shareChanges(parts))
  }
  t.after(async () => {
    other.close()
    accounts.close()
    await close()
  })
  return {
    state,
    other,
    accounts,
    levels,
    ledgerStore,
    changes,
    told,
    start,
    listener: () => listeners[0] as Listener,
  }
}

test('what others changed before this node listened holds here as soon as it does', async (t) => {
  const { other, accounts, changes, start } = await openNodes(t, async () => {})
  await other.remove('a')
  assert.ok(accounts.find('a'))
  start()
  await waitUntil('it is known', () => accounts.find('a') === undefined)
  assert.equal(changes.length, 1)
  assert.ok(changes[0]?.endsConnections)
})

test('a change that is told while the store is away holds here once it is back', async (t) => {
  const { state, other, accounts, changes, start, listener } = await openNodes(t, async () => {})
  start()
  state.isAway = true
  await other.remove('a')
  listener().notice('account', { name: 'a', endsConnections: 'The account was removed.' }, 'other')
  await new Promise((resume) => setTimeout(resume, 20))
  assert.ok(accounts.find('a'))
  state.isAway = false
  await waitUntil('it is known', () => accounts.find('a') === undefined)
  assert.equal(changes.filter(({ endsConnections }) => endsConnections !== undefined).length, 1)
})

test('a level of the ledger that another node sets holds here, also if that was not heard', async (t) => {
  const { levels, ledgerStore, start, listener } = await openNodes(t, async () => {})
  start()
  listener().notice(LEVELS_NOTICE, { partners: { A: 'off', B: 'durable' } }, 'other')
  assert.deepEqual(levels.view.partners, { A: 'off', B: 'durable' })
  await ledgerStore.setLevels({ partners: { A: 'durable' } })
  listener().missed()
  await waitUntil('it is known', () => levels.view.partners.A === 'durable')
  assert.deepEqual(levels.view.partners, { A: 'durable' })
})

test('a level of the ledger ends with who had it, on the other nodes and in the store, too', async (t) => {
  let isRead = false
  const { levels, ledgerStore, told, start, listener } = await openNodes(t, async () => {
    isRead = true
  })
  start()
  await waitUntil('the first look into the store', () => isRead)
  await levels.change({ partners: { A: 'off', B: 'durable' }, pushApps: { A: 'off' } })
  told.length = 0
  await levels.forget('partners', 'A')
  await levels.forget('partners', 'nobody')
  assert.deepEqual(told, [[LEVELS_NOTICE, { partners: { A: null } }]])
  listener().notice(LEVELS_NOTICE, { partners: { B: null } }, 'other')
  assert.deepEqual([levels.view.partners, levels.view.pushApps], [{}, { A: 'off' }])
  assert.deepEqual(await ledgerStore.levels(), { partners: { B: 'durable' }, pushApps: { A: 'off' } })
})

test('a level that is set while the store is asked for all of them is not lost', async (t) => {
  const { ledger: store, close } = await openSqlite({ file: ':memory:' })
  t.after(close)
  const log = pino({ level: 'silent' })
  const ledger = new Ledger({ node: 'here', log })
  const answered = Promise.withResolvers<void>()
  const slow: SharedLevelsOptions['store'] = {
    setLevels: (changes) => store.setLevels(changes),
    async levels() {
      const stored = await store.levels()
      await answered.promise
      return stored
    },
  }
  const levels = new SharedLevels({ ledger, store: slow, nodes: undefined, log })
  const reading = levels.readAgain()
  await store.levels()
  await levels.change({ partners: { A: 'off' } })
  answered.resolve()
  await reading
  assert.deepEqual(levels.view.partners, { A: 'off' })
})

test('reading everything again is never begun twice at once', async (t) => {
  let reading = 0
  let most = 0
  let times = 0
  const { start, listener } = await openNodes(t, async () => {
    times++
    most = Math.max(most, ++reading)
    await new Promise((resume) => setTimeout(resume, 20))
    reading--
  })
  start()
  await waitUntil('the first', () => reading === 1)
  for (let each = 0; each < 5; each++) listener().missed()
  await waitUntil('the last', () => times === 2 && reading === 0)
  assert.equal(most, 1)
})

/** Nodes that know each other over a NATS of this test's own. */
async function openAsking(t: TestContext, names: readonly string[], nodeQuestionsMax = 1_000) {
  const server = await startNats()
  t.after(() => server.stop())
  const log = pino({ level: 'silent' })
  const opened = await Promise.all(
    names.map(async (node) => {
      const servers = [server.url]
      const nodes = new NatsNodes({ servers, deployment: 'questions', node, times: quickTimes, log })
      const broker = new Broker({ policy: openPolicy, relay: nodes.relay })
      const bounds = { nodeQuestionsMax, nodeAnswerBytesMax: limits.nodeAnswerBytesMax }
      const questions = new NodeQuestions({ node, broker, nodes, limits: bounds, log })
      await nodes.connect()
      await broker.open()
      questions.open()
      t.after(async () => {
        questions.close()
        await broker.close()
        await nodes.close()
      })
      return { nodes, questions }
    }),
  )
  for (const { questions } of opened) questions.answer('greet', (name: string) => `hello ${name}`)
  const canAnswer = async () => {
    const asked = await Promise.all(
      opened.map(({ questions }) => questions.ask('greet', 'x', { milliseconds: 100 })),
    )
    return asked.every(({ answers }) => answers.length === names.length)
  }
  while (!(await canAnswer())) await new Promise((resume) => setTimeout(resume, 10))
  return opened.map(({ questions }) => questions)
}

test('a question is answered by every node, and those that cannot say are named', {
  skip: natsIsMissing,
}, async (t) => {
  const [one, two, three] = (await openAsking(t, ['one', 'two', 'three'], 2)) as [
    NodeQuestions,
    NodeQuestions,
    NodeQuestions,
  ]
  const greeted = await two.ask<string>('greet', 'you')
  const hello = (node: string) => ({ node, body: 'hello you' })
  assert.deepEqual(greeted.answers[0], hello('two'))
  assert.deepEqual(greeted.answers.map(({ node }) => node).sort(), ['one', 'three', 'two'])
  assert.deepEqual(greeted.silent, [])
  assert.deepEqual(await two.ask('greet', 'you', { only: ['three'] }), {
    answers: [hello('three')],
    silent: [],
  })
  const gone = await two.ask('greet', 'you', { only: ['three', 'four'], milliseconds: 50 })
  assert.deepEqual(gone, { answers: [hello('three')], silent: ['four'] })

  // Larger than what travels at a time, and larger than what may be answered.
  const long = 'é'.repeat(500_000)
  one.answer('list', () => [long])
  three.answer('list', () => Promise.reject(new Error('the store is away')))
  const listed = await two.ask('list', {})
  assert.deepEqual(listed.answers, [{ node: 'one', body: [long] }])
  assert.deepEqual([...listed.silent].sort(), ['three', 'two'], 'one that fails, one that knows no such kind')
  one.answer('list', () => 'x'.repeat(limits.nodeAnswerBytesMax))
  assert.deepEqual((await two.ask('list', {}, { only: ['one'] })).silent, ['one'])

  two.answer('wait', () => new Promise(() => {}))
  const waiting = [two.ask('wait', {}), two.ask('wait', {})]
  assert.deepEqual(await two.ask('greet', 'you', { only: ['two'] }), { answers: [], silent: ['two'] })
  two.close()
  assert.equal((await Promise.all(waiting)).length, 2)
})
