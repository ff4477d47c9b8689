import { matchTopicFilter } from '@pillion/packet'
import packageJson from '../../package.json' with { type: 'json' }
import { readClock } from '../clock.ts'
import type { Core } from '../core.ts'
import type { RetainedMessage } from '../ports/retained-messages.ts'
import { deliverMessage } from '../routing/deliver.ts'
import { gatherAudience } from '../routing/route.ts'
import { LoadAverages } from './load-averages.ts'

/**
 * What the server says of itself below `$SYS/broker/`, under the names and in the form of mosquitto, whose dashboards
 * read it. Of this node alone. `messages/…` count PUBLISH packets, as `publish/messages/…` do: no other is counted here.
 */
export class SystemTopics {
  readonly #startedAt = readClock()
  readonly #loads = new LoadAverages()
  /** Read at most once a second, however many ask. */
  #texts: ReadonlyMap<string, string> | undefined
  readonly #published = new Map<string, string>()
  #clientsMaximum = 0
  #publishedAt = readClock()

  /** Called about once a second; tells subscribers every `sysSeconds` what has changed. */
  tick(core: Core): void {
    const { sysSeconds } = core.limits
    if (sysSeconds === 0) return
    this.#texts = undefined
    this.#clientsMaximum = Math.max(this.#clientsMaximum, core.sessions.connectedCount)
    const seconds = (readClock() - this.#publishedAt) / 1_000
    // A sweep that comes a little early is not put off to the next one.
    if (seconds < sysSeconds - 0.5) return
    this.#publishedAt = readClock()
    this.#loads.update(core.counters, seconds)
    for (const [topic, text] of this.#read(core)) this.#publish(core, topic, text)
  }

  /** As `RetainedMessages.match`: they are there as soon as somebody subscribes. */
  *match(core: Core, filter: string): Iterable<readonly [topic: string, message: RetainedMessage]> {
    if (core.limits.sysSeconds === 0 || !filter.startsWith('$SYS')) return
    for (const [topic, text] of this.#read(core)) {
      if (matchTopicFilter(filter, topic)) yield [topic, { ...plain, payload: Buffer.from(text) }]
    }
  }

  #publish(core: Core, topic: string, text: string): void {
    if (this.#published.get(topic) === text) return
    this.#published.set(topic, text)
    const matches = core.subscriptions.match(topic)
    if (matches.length === 0) return
    const message = { payload: Buffer.from(text), retain: true, properties: undefined }
    deliverMessage(core, topic, gatherAudience(topic, matches, undefined), message)
  }

  #read(core: Core): ReadonlyMap<string, string> {
    this.#texts ??= new Map(
      Object.entries(this.#describe(core)).map(([name, value]) => [`$SYS/broker/${name}`, `${value}`]),
    )
    return this.#texts
  }

  #describe({ counters, sessions, retained }: Core): Record<string, number | string> {
    const { connectedCount, absentCount } = sessions
    return {
      version: `pillion version ${packageJson.version}`,
      uptime: `${Math.floor((readClock() - this.#startedAt) / 1_000)} seconds`,
      'clients/total': connectedCount + absentCount,
      'clients/connected': connectedCount,
      'clients/active': connectedCount,
      'clients/disconnected': absentCount,
      'clients/inactive': absentCount,
      'clients/maximum': Math.max(this.#clientsMaximum, connectedCount),
      'messages/received': counters.messagesReceived,
      'messages/sent': counters.messagesSent,
      'publish/messages/received': counters.messagesReceived,
      'publish/messages/sent': counters.messagesSent,
      'publish/messages/dropped': counters.messagesDropped,
      'bytes/received': counters.bytesReceived,
      'bytes/sent': counters.bytesSent,
      'subscriptions/count': sessions.subscriptionCount,
      'retained messages/count': retained.count,
      ...this.#loads.describe(),
    }
  }
}

const plain = { properties: undefined, expiresAt: undefined, owner: '', publisher: '' } as const
