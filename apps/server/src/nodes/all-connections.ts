import type { Broker, ConnectionKey, ConnectionState, Identity } from '@pillion/broker'
import type { ConnectionPage, ConnectionView, Kicked } from '@pillion/schema'
import type { NodeQuestions } from './node-questions.ts'

export interface AllConnectionsOptions {
  /** This node. */
  readonly node: string
  readonly broker: Pick<Broker, 'listConnections' | 'disconnect'>
  readonly questions: Pick<NodeQuestions, 'answer' | 'ask'>
}

/** Whom it is about: all that are given must hold. */
export interface WantedConnections {
  readonly number?: number | undefined
  readonly role?: string | undefined
  readonly name?: string | undefined
  readonly clientId?: string | undefined
  /** One of these was shown at sign-in, or is the key of the identity. */
  readonly credentials?: readonly string[] | undefined
  /** Part of name, client id or address. */
  readonly search?: string | undefined
}

interface ListQuestion extends WantedConnections {
  readonly before: { readonly number: number; readonly node: string } | undefined
  readonly countMax: number
  readonly topicFiltersMax: number
}

interface KickQuestion extends WantedConnections {
  readonly text: string
}

interface Listed {
  readonly connections: readonly Omit<ConnectionView, 'node' | 'id'>[]
  readonly numbers: readonly number[]
  readonly total: number
}

/** MQTT 5 section 2.4; the type keeps it equal to a code of the packet package. */
const ADMINISTRATIVE_ACTION: Parameters<Broker['disconnect']>[1] = 0x98
const PAGE_FILTERS_MAX = 10
const FILTERS_MAX = 100

/** Who is connected, to whichever node. What a node knows is asked of it each time, and kept nowhere. */
export class AllConnections {
  readonly #questions: AllConnectionsOptions['questions']

  constructor({ node, broker, questions }: AllConnectionsOptions) {
    this.#questions = questions
    questions.answer('connections.list', (question: ListQuestion): Listed => listHere(broker, node, question))
    questions.answer('connections.kick', ({ text, ...wanted }: KickQuestion): number => {
      const isWanted = matcherOf(wanted)
      return broker.disconnect((_, connection) => isWanted(connection), ADMINISTRATIVE_ACTION, text)
    })
    questions.answer(
      'connections.present',
      (keys: string[]): Record<string, number> => countHere(broker, keys),
    )
  }

  /** Newest first. `cursor` is the id of the last one that was shown. */
  async list(
    wanted: WantedConnections,
    portion: { node?: string | undefined; count: number; cursor?: string | undefined },
  ): Promise<ConnectionPage> {
    const { count, cursor, node } = portion
    const before = cursor === undefined ? undefined : parseConnectionId(cursor)
    const page = { before, countMax: count + 1, topicFiltersMax: PAGE_FILTERS_MAX }
    const { connections, total, silentNodes } = await this.#gather({ ...wanted, ...page }, node)
    const shown = connections.slice(0, count)
    const last = shown.at(-1)
    return {
      connections: shown,
      total,
      ...(last !== undefined && connections.length > count && { next: last.id }),
      silentNodes,
    }
  }

  /** Undefined if it is not there, or its node is silent. */
  async find(id: string): Promise<ConnectionView | undefined> {
    const parsed = parseConnectionId(id)
    if (parsed === undefined) return undefined
    const question = { number: parsed.number, before: undefined, countMax: 1, topicFiltersMax: FILTERS_MAX }
    return (await this.#gather(question, parsed.node)).connections[0]
  }

  /** Closes them on every node; version 5 clients are told the text. */
  async kick(wanted: WantedConnections, text: string, node?: string): Promise<Kicked> {
    const question: KickQuestion = { ...wanted, text }
    const { answers, silent } = await this.#questions.ask<number>('connections.kick', question, only(node))
    return { connections: answers.reduce((sum, { body }) => sum + body, 0), silentNodes: [...silent] }
  }

  async kickOne(id: string, text: string): Promise<Kicked> {
    const parsed = parseConnectionId(id)
    if (parsed === undefined) return { connections: 0, silentNodes: [] }
    return this.kick({ number: parsed.number }, text, parsed.node)
  }

  /** Of each identity, by its key, how many connections there are; absent: none. */
  async count(keys: readonly string[]): Promise<ReadonlyMap<string, number>> {
    return (await this.countAll(keys)).counts
  }

  /** The same, and who did not answer. */
  async countAll(
    keys: readonly string[],
  ): Promise<{ counts: ReadonlyMap<string, number>; silentNodes: readonly string[] }> {
    const { answers, silent } = await this.#questions.ask<Record<string, number>>('connections.present', keys)
    const counts = new Map<string, number>()
    for (const { body } of answers)
      for (const [key, count] of Object.entries(body)) counts.set(key, (counts.get(key) ?? 0) + count)
    return { counts, silentNodes: silent }
  }

  async #gather(question: ListQuestion, node?: string) {
    const { answers, silent } = await this.#questions.ask<Listed>('connections.list', question, only(node))
    const found = answers.flatMap(({ node, body }) =>
      body.connections.map((connection, at) => ({ node, number: body.numbers[at] as number, connection })),
    )
    found.sort((a, b) => b.number - a.number || (a.node < b.node ? -1 : 1))
    return {
      connections: found.map(({ node, number, connection }): ConnectionView => {
        return { id: formatConnectionId(node, number), node, ...connection }
      }),
      total: answers.reduce((sum, { body }) => sum + body.total, 0),
      silentNodes: [...silent],
    }
  }
}

function only(node: string | undefined): { only?: readonly string[] } {
  return node === undefined ? {} : { only: [node] }
}

function listHere(broker: Pick<Broker, 'listConnections'>, node: string, question: ListQuestion): Listed {
  const { before, countMax, topicFiltersMax, ...wanted } = question
  const { connections, total } = broker.listConnections(matcherOf(wanted), {
    // Two nodes may have accepted one each in the same microsecond: those of the node that comes later were not shown yet.
    before: before && (node > before.node ? before.number + 1 : before.number),
    countMax,
    topicFiltersMax,
  })
  return { connections: connections.map(toView), numbers: connections.map(({ number }) => number), total }
}

function countHere(broker: Pick<Broker, 'listConnections'>, keys: readonly string[]): Record<string, number> {
  const counts = new Map(keys.map((key) => [key, 0]))
  const nothing = { countMax: 0, topicFiltersMax: 0 }
  broker.listConnections(({ identity }) => {
    const count = counts.get(identity.key)
    if (count !== undefined) counts.set(identity.key, count + 1)
    return false
  }, nothing)
  return Object.fromEntries([...counts].filter(([, count]) => count > 0))
}

function matcherOf(wanted: WantedConnections): (connection: ConnectionKey) => boolean {
  const { number, role, name, clientId, credentials, search } = wanted
  // Nothing is made for each of very many, as comparing in lower case would.
  const searched = search ? new RegExp(search.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'), 'iu') : undefined
  return (connection) => {
    const { identity } = connection
    return (
      (number === undefined || connection.number === number) &&
      (role === undefined || identity.role === role) &&
      (name === undefined || identity.name === name) &&
      (clientId === undefined || connection.clientId === clientId) &&
      (credentials === undefined || isConcerned(identity, credentials)) &&
      (searched === undefined ||
        searched.test(identity.name) ||
        searched.test(connection.clientId) ||
        searched.test(connection.remoteAddress))
    )
  }
}

function isConcerned({ key, credentials: shown = [] }: Identity, credentials: readonly string[]): boolean {
  return credentials.some((each) => each === key || shown.includes(each))
}

const versions = { 3: '3.1', 4: '3.1.1', 5: '5' } as const

function toView(connection: ConnectionState): Omit<ConnectionView, 'node' | 'id'> {
  return {
    role: connection.identity.role,
    name: connection.identity.name,
    clientId: connection.clientId,
    address: connection.remoteAddress,
    listener: connection.listener,
    transport: connection.transport,
    protocolVersion: versions[connection.protocolVersion],
    connectedAt: new Date(Math.floor(connection.number / 1_000)).toISOString(),
    keepAliveSeconds: connection.keepAliveSeconds,
    subscriptions: [...connection.topicFilters],
    subscriptionCount: connection.subscriptions,
    messagesIn: connection.messagesReceived,
    messagesOut: connection.messagesSent,
    bytesIn: connection.bytesReceived,
    bytesOut: connection.bytesSent,
    outboxBytes: connection.outboxBytes,
    dropped: connection.messagesDropped,
  }
}

/** `<node>-<number>`, the number to the base of 36: shorter to read. */
function formatConnectionId(node: string, number: number): string {
  return `${node}-${number.toString(36)}`
}

function parseConnectionId(id: string): { node: string; number: number } | undefined {
  const [, node, digits = ''] = /^(.{1,100})-([\da-z]{1,11})$/.exec(id) ?? []
  return node === undefined ? undefined : { node, number: Number.parseInt(digits, 36) }
}
