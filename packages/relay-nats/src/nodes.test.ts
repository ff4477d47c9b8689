import assert from 'node:assert/strict'
import { after, afterEach, before, describe, it } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import {
  CuttableLink,
  findFreePorts,
  NatsServer,
  natsIsMissing,
  startNats,
  startNatsCluster,
} from './nats.fixture.ts'
import { openTogether, quickTimes, TestNode, until } from './nodes.fixture.ts'
import { defaultRelayLimits, defaultTimes, type NatsNodesOptions } from './options.ts'

describe('nodes over nats-server', { skip: natsIsMissing }, () => {
  let server: NatsServer
  let deployments = 0
  const ends: (() => Promise<void>)[] = []
  before(async () => {
    server = await startNats()
  })
  afterEach(async () => {
    for (const end of ends.splice(0).reverse()) await end()
  })
  after(() => server.stop())

  /** Of one deployment of this test's own, when called several times in it. */
  function createNode(node: string, options: Partial<NatsNodesOptions> = {}): TestNode {
    if (ends.length === 0) deployments++
    const created = new TestNode({
      node,
      servers: [server.url],
      deployment: `test-${deployments}`,
      ...options,
    })
    ends.push(() => created.nodes.close())
    return created
  }

  async function openLink(target = server.port): Promise<CuttableLink> {
    if (ends.length === 0) deployments++
    const link = new CuttableLink(target)
    await link.start()
    ends.push(() => link.stop())
    return link
  }

  /** Two nodes, the first behind a link that can be cut. */
  async function openCuttable(options: Partial<NatsNodesOptions> = {}) {
    const link = await openLink()
    const [here, there] = await openTogether(
      createNode('here', { servers: [link.url], ...options }),
      createNode('there', options),
    )
    return { link, here, there }
  }

  function forward(from: TestNode, texts: readonly string[]): void {
    for (const text of texts) from.relay.forward('topic', Buffer.from(text))
  }

  async function holdInterest(holder: TestNode, other: TestNode): Promise<void> {
    holder.relay.addInterest('topic')
    await until('the interest is known', () => other.relay.wants('topic'))
  }

  it('notices a cut link within 8 s, and counts a node as gone after 8 s of silence', () => {
    const { ping, pong, silence, beat } = defaultTimes
    assert.equal(2 * ping + pong, 8_000)
    assert.equal(silence, 8_000)
    assert.ok(beat * 3 < silence)
    assert.equal(defaultRelayLimits.relayLateSeconds, 10)
    assert.equal(defaultRelayLimits.relayWindowBytesMax, 8_388_608)
  })

  it('refuses names that cannot be part of a subject', () => {
    for (const node of ['', 'a.b', 'a b', '*', '>', 'x'.repeat(65)])
      assert.throws(() => createNode(node), TypeError)
    assert.throws(() => createNode('node', { deployment: 'a.b' }), TypeError)
  })

  it('goes on trying without throwing, and connects to what begins to listen', async () => {
    const [port = 0] = await findFreePorts(1)
    const late = new NatsServer(port)
    const node = createNode('node', { servers: [late.url] })
    await node.nodes.connect(100)
    assert.equal(node.nodes.state, 'connecting')
    await node.relay.open(node)
    await node.relay.claim('client')
    node.relay.addInterest('topic')
    assert.equal(node.relay.wants('topic'), false)
    forward(node, ['to nobody'])
    node.nodes.notices.tell('subject', 1)
    ends.push(() => late.stop())
    await late.start()
    await until('connected', () => node.nodes.state === 'connected')
    const other = await createNode('other', { servers: [late.url] }).open()
    await until('what was said before is known', () => other.relay.wants('topic'))
    await other.relay.claim('client')
    await until('the older claim is known too', () => node.evicted.length === 1)
  })

  it('signs in with a user name and password, or a token', async () => {
    const own = await startNats(['--user', 'pillion', '--pass', 'secret'])
    const wrong = createNode('wrong', { servers: [own.url], user: 'pillion', password: 'guess' })
    const right = createNode('right', { servers: [own.url], user: 'pillion', password: 'secret' })
    ends.push(() => own.stop())
    await Promise.all([wrong.nodes.connect(100), right.nodes.connect()])
    assert.deepEqual([wrong.nodes.state, right.nodes.state], ['connecting', 'connected'])
    assert.match(wrong.warnings.join(), /cannot connect to NATS.*credentials/)
  })

  it('says at once which servers it cannot connect to, and then only now and again how often it has failed', async () => {
    const lines: { at: number; servers?: readonly string[]; attempts?: number }[] = []
    const log = { info() {}, warn: (fields: object) => void lines.push({ at: performance.now(), ...fields }) }
    const servers = ['nats://127.0.0.1:1']
    const alone = createNode('alone', { servers, log })
    await alone.nodes.connect(0)
    await until('it was said twice', () => lines.length === 2)
    await alone.nodes.close()
    const [first, second] = lines
    assert.deepEqual([first?.servers, first?.attempts], [servers, 1])
    assert.ok(Number(second?.at) - Number(first?.at) >= quickTimes.tellAgain)
    assert.ok(Number(second?.attempts) > 1)
  })

  it('listens to at most relayNodesMax others', async () => {
    const limited = await createNode('limited', { limits: { relayNodesMax: 2 } }).open()
    for (const name of ['a', 'b', 'c']) await createNode(name).open()
    await until('three came', () => limited.warnings.length > 0)
    assert.equal(limited.nodes.listNodes().length, 3)
  })

  it('lists who is there, hears who says bye, and keeps deployments apart', async () => {
    const [here, there] = await openTogether(createNode('here'), createNode('there'))
    const stranger = await createNode('stranger', { deployment: 'other' }).open()
    assert.deepEqual(
      here.nodes
        .listNodes()
        .map(({ node }) => node)
        .sort(),
      ['here', 'there'],
    )
    assert.deepEqual(
      stranger.nodes.listNodes().map(({ node }) => node),
      ['stranger'],
    )
    for (const { sinceMilliseconds } of here.nodes.listNodes())
      assert.ok(Math.abs(sinceMilliseconds - Date.now()) < 60_000)
    await there.nodes.close()
    assert.equal(there.nodes.state, 'closed')
    await until('bye is heard', () => here.gone.length === 1)
    assert.deepEqual(here.gone, ['there'])
    assert.equal(here.nodes.listNodes().length, 1)
  })

  it('takes a node that starts again for the same node, with nothing of before', async () => {
    const link = await openLink()
    const [here, first] = await openTogether(createNode('here'), createNode('there', { servers: [link.url] }))
    await holdInterest(first, here)
    link.cut()
    forward(here, ['lost'])
    const second = await createNode('there').open()
    await until(
      'the new one is heard',
      () => !here.relay.wants('topic') && here.nodes.listNodes().length === 2,
    )
    await until('what the first had not acknowledged is counted', () => here.droppedCount === 1)
    assert.deepEqual([...here.drops], [['relay_lost', 1]])
    assert.deepEqual(here.losses, ['topic lost there'])
    await holdInterest(second, here)
    forward(here, ['new'])
    await until('delivered', () => second.delivered.length === 1)
    assert.deepEqual(here.gone, [])
    assert.deepEqual(first.delivered, [])
  })

  it('tells a node that comes late what the others hold interest in, also while that changes', async () => {
    const here = await createNode('here').open()
    for (let index = 0; index < 20_000; index++) here.relay.addInterest(`fleet/default/vehicle/${index}`)
    const there = createNode('there')
    await there.open()
    let changes = 0
    while (!there.relay.wants('fleet/default/vehicle/19999')) {
      here.relay.dropInterest(`fleet/default/vehicle/${changes}`)
      here.relay.addInterest(`more/${changes++}/+`)
      await wait(1)
    }
    await until('the last change is known', () => there.relay.wants(`more/${changes - 1}/x`))
    assert.equal(there.relay.wants(`fleet/default/vehicle/${changes - 1}`), false)
    assert.equal(there.relay.wants(`fleet/default/vehicle/${changes}`), true)
    const wanted = Array.from({ length: 20_000 }, (_, index) =>
      there.relay.wants(`fleet/default/vehicle/${index}`),
    )
    assert.equal(wanted.filter(Boolean).length, 20_000 - changes)
  })

  it('settles claims made at the same instant on three nodes, hundreds of times', async () => {
    const nodes = await openTogether(createNode('a'), createNode('b'), createNode('c'))
    const rounds = 300
    for (let round = 0; round < rounds; round++) {
      for (const node of nodes) void node.relay.claim(`client-${round}`)
      if (round % 10 === 0) await wait(1)
    }
    await until('all but one are evicted', () => nodes.flatMap(({ evicted }) => evicted).length >= rounds * 2)
    const evictions = nodes.flatMap(({ evicted }) => evicted)
    for (let round = 0; round < rounds; round++) {
      assert.equal(evictions.filter((client) => client === `client-${round}`).length, 2, `client-${round}`)
    }
  })

  it('takes a client over within a second while thousands sign in', async () => {
    const [here, there] = await openTogether(createNode('here'), createNode('there'))
    for (let index = 0; index < 5_000; index++) void here.relay.claim(`client-${index}`)
    await wait(5)
    const began = performance.now()
    for (let index = 0; index < 5_000; index++) void there.relay.claim(`client-${index}`)
    await until('all are evicted', () => here.evicted.length === 5_000)
    assert.ok(performance.now() - began < 1_000)
    assert.deepEqual(there.evicted, [])
  })

  it('notices a link that swallows bytes, goes on alone, and loses nothing if it heals in time', async () => {
    const { link, here, there } = await openCuttable({ times: { ...quickTimes, silence: 5_000 } })
    await holdInterest(there, here)
    forward(here, ['1'])
    await until('delivered', () => there.delivered.length === 1)
    const states: string[] = []
    here.nodes.onState((state) => states.push(state))
    link.cut()
    const began = performance.now()
    forward(here, ['2', '3'])
    await until('noticed', () => here.nodes.state === 'away')
    const { ping, pong } = quickTimes
    assert.ok(performance.now() - began < 2 * ping + pong + 500)
    assert.equal(here.relay.wants('topic'), true, 'as it was last known')
    forward(here, ['4'])
    link.heal()
    await until('delivered', () => there.delivered.length === 4)
    assert.deepEqual(there.delivered, ['topic 1', 'topic 2', 'topic 3', 'topic 4'])
    assert.deepEqual(states, ['away', 'connected'])
    assert.equal(here.droppedCount + there.droppedCount, 0)
    assert.deepEqual([here.gone, there.gone, here.returns], [[], [], 0])
  })

  it('wants nothing after 8 s of silence, and does not say of others that they are gone when it is itself cut off', async () => {
    const { link, here, there } = await openCuttable()
    await holdInterest(there, here)
    there.relay.addInterest('a/#')
    await here.relay.claim('mine')
    const before = here.relay.interestEpoch
    link.cut()
    await until('nothing is wanted', () => !here.relay.wants('topic'))
    assert.ok(here.relay.interestEpoch > before)
    await until('the other says that it is gone', () => there.gone.length === 1)
    await there.relay.claim('mine')
    await wait(quickTimes.silence)
    assert.deepEqual(here.gone, [])
    assert.deepEqual(here.evicted, [])
    link.heal()
    await until('wanted again', () => here.relay.wants('topic') && here.relay.wants('a/b'))
    await until('who took the client over stays the holder', () => here.evicted.length === 1)
    await until('it is told that it had been taken for gone', () => here.returns === 1)
    assert.deepEqual([there.evicted, there.returns], [[], 0])
    forward(here, ['again'])
    await until('delivered', () => there.delivered.length === 1)
  })

  it('settles what both sides of a cut have claimed: one holder each, the later', async () => {
    const { link, here, there } = await openCuttable()
    await here.relay.claim('before')
    link.cut()
    await until('noticed', () => here.nodes.state === 'away')
    await here.relay.claim('here first')
    await there.relay.claim('there first')
    await there.relay.claim('here first')
    await here.relay.claim('there first')
    await there.relay.claim('before')
    link.heal()
    await until('settled', () => here.evicted.length === 2 && there.evicted.length === 1)
    assert.deepEqual(here.evicted.sort(), ['before', 'here first'])
    assert.deepEqual(there.evicted, ['there first'])
  })

  it('drops what is too old, counts it once, and goes on', async () => {
    const { link, here, there } = await openCuttable({ limits: { relayLateSeconds: 0.3 } })
    await holdInterest(there, here)
    link.cut()
    forward(here, ['1', '2'])
    await wait(500)
    link.heal()
    await until('it is there again', () => here.nodes.state === 'connected' && here.relay.wants('topic'))
    forward(here, ['3'])
    await until('delivered', () => there.delivered.length === 1)
    assert.deepEqual(there.delivered, ['topic 3'])
    assert.deepEqual([...here.drops, ...there.drops], [['relay_late', 2]])
  })

  it('drops what the window has no room for, and counts it', async () => {
    const { link, here, there } = await openCuttable({ limits: { relayWindowBytesMax: 100_000 } })
    await holdInterest(there, here)
    link.cut()
    forward(
      here,
      Array.from({ length: 300 }, () => 'x'.repeat(1_000)),
    )
    const dropped = here.drops.get('relay_full') ?? 0
    assert.ok(dropped > 195 && dropped < 215, String(dropped))
    link.heal()
    await until('the rest is delivered', () => there.delivered.length === 300 - dropped)
    assert.equal(here.droppedCount + there.droppedCount, dropped)
  })

  it('counts as lost what a node that never comes back had not acknowledged', async () => {
    const link = await openLink()
    const [here, there] = await openTogether(
      // As by default, what is sent is given up long before the node is.
      createNode('here', { times: { ...quickTimes, forget: 900 }, limits: { relayLateSeconds: 0.2 } }),
      createNode('there', { servers: [link.url] }),
    )
    await holdInterest(there, here)
    await there.relay.claim('client')
    link.cut()
    forward(here, ['1', '2'])
    await until('it is gone', () => here.gone.length === 1)
    await here.relay.claim('client')
    await until('counted', () => here.droppedCount > 0)
    assert.deepEqual([...here.drops], [['relay_lost', 2]])
    assert.deepEqual(here.losses, ['topic 1 there', 'topic 2 there'])
    assert.deepEqual(here.nodes.listNodes().length, 1)
  })

  it('finds everything again when nats-server is stopped and started', async () => {
    const own = await startNats()
    const servers = [own.url]
    const [here, there] = await openTogether(
      createNode('here', { servers }),
      createNode('there', { servers }),
    )
    ends.push(() => own.stop())
    await holdInterest(there, here)
    await own.kill()
    await until('noticed', () => here.nodes.state === 'away' && there.nodes.state === 'away')
    forward(here, ['1'])
    there.relay.addInterest('new')
    await own.start()
    await until('delivered', () => there.delivered.length === 1)
    await until('what changed meanwhile is known', () => here.relay.wants('new'))
    assert.deepEqual([here.gone, there.gone], [[], []])
    assert.equal(here.droppedCount + there.droppedCount, 0)
  })

  it('goes on over the other servers of a cluster when one is killed or stands still', async () => {
    const cluster = await startNatsCluster(3)
    const urls = cluster.map(({ url }) => url)
    const open = (node: string, index: number) =>
      createNode(node, {
        servers: [urls[index] as string, ...urls],
        times: { ...quickTimes, silence: 5_000 },
      })
    const [here, there] = await openTogether(open('here', 0), open('there', 1))
    ends.push(async () => void (await Promise.all(cluster.map((each) => each.stop()))))
    await holdInterest(there, here)
    let sent = 0
    const traffic = setInterval(() => forward(here, [String(++sent)]), 5)
    await cluster[0]?.kill()
    await wait(300)
    cluster[1]?.pause()
    await wait(700)
    clearInterval(traffic)
    await until(
      'all have come',
      () => there.delivered.length + here.droppedCount + there.droppedCount >= sent,
    )
    assert.deepEqual(
      there.delivered,
      Array.from({ length: sent }, (_, index) => `topic ${index + 1}`),
    )
  })

  it('tells notices in order to all others, and says when some may have been missed', async () => {
    const { link, here, there } = await openCuttable()
    const heard: string[] = []
    const listen = (node: TestNode, name: string) =>
      node.nodes.notices.listen({
        notice: (subject, body, from) =>
          void heard.push(`${name}: ${subject} ${JSON.stringify(body)} from ${from}`),
        missed: () => void heard.push(`${name}: missed`),
      })
    listen(here, 'here')
    const stop = listen(there, 'there')
    here.nodes.notices.tell('apps', { id: 1 })
    here.nodes.notices.tell('apps', { id: 2 })
    await until('both have come', () => heard.length === 2)
    assert.deepEqual(heard.splice(0), ['there: apps {"id":1} from here', 'there: apps {"id":2} from here'])
    const brackets = '["large",""]'.length
    here.nodes.notices.tell('large', 'x'.repeat(65_536 - brackets))
    await until('it has come', () => heard.length === 1)
    assert.equal(heard.pop()?.length, 'there: large "" from here'.length + 65_536 - brackets)
    here.nodes.notices.tell('large', 'x'.repeat(65_537 - brackets))
    await until('it has missed one', () => heard.length === 1)
    assert.deepEqual(heard.splice(0), ['there: missed'])
    link.cut()
    here.nodes.notices.tell('apps', { id: 3 })
    there.nodes.notices.tell('apps', { id: 4 })
    await until('noticed', () => here.nodes.state === 'away')
    here.nodes.notices.tell('apps', { id: 5 })
    link.heal()
    await until('both have missed some', () => heard.length === 2)
    assert.deepEqual(heard.splice(0).sort(), ['here: missed', 'there: missed'])
    stop()
    there.nodes.notices.tell('apps', { id: 6 })
    await until('it has come', () => heard.length === 1)
    assert.deepEqual(heard, ['here: apps {"id":6} from there'])
  })

  it('says to a node that comes that it may have missed notices, but not that it has come', async () => {
    const here = await createNode('here').open()
    here.nodes.notices.tell('apps', 1)
    const heard: string[] = []
    const there = createNode('there')
    for (const [node, name] of [
      [here, 'here'],
      [there, 'there'],
    ] as const) {
      node.nodes.notices.listen({ notice: () => {}, missed: () => void heard.push(name) })
    }
    await openTogether(here, there)
    await until('it is told', () => heard.length === 1)
    await wait(2 * quickTimes.beat)
    assert.deepEqual(heard, ['there'])
  })
})
