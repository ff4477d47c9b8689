import { randomUUID } from 'node:crypto'
import type { PushLimits } from '../limits.ts'
import type { Caller, Subject } from '../principal.ts'
import type { Rights } from '../rights/rights.ts'
import type { Scope } from '../scopes.ts'
import type { Topics } from '../targets/topics.ts'
import { unauthorized } from '../unauthorized.ts'
import type { Audience } from './audience.ts'
import { type PushMessage, readMessage } from './message.ts'
import { buildDirectPayload, buildTopicPayload } from './payload.ts'
import type { Sender } from './send.ts'

export interface MessagesOptions {
  readonly topics: Pick<Topics, 'find'>
  readonly rights: Pick<Rights, 'allows'>
  readonly sender: Pick<Sender, 'enqueue'>
  readonly limits: Pick<PushLimits, 'pushPayloadBytesMax'>
  readonly now?: (() => number) | undefined
}

/**
 * Sending to the subscribers of a topic (P 8) and to one receiver (P 9). `body` gives the parsed body; it is read last.
 * Each method resolves to a pushMessageID when the message is accepted, whether or not anybody will get it.
 */
export class Messages {
  readonly #topics: Pick<Topics, 'find'>
  readonly #rights: Pick<Rights, 'allows'>
  readonly #sender: Pick<Sender, 'enqueue'>
  readonly #payloadBytesMax: number
  readonly #now: () => number

  constructor({ topics, rights, sender, limits, now = Date.now }: MessagesOptions) {
    this.#topics = topics
    this.#rights = rights
    this.#sender = sender
    this.#payloadBytesMax = limits.pushPayloadBytesMax
    this.#now = now
  }

  async toTopic(caller: Caller, scope: Scope, topicID: string, body: () => unknown): Promise<string> {
    const topic = await this.#topics.find(caller, scope, topicID)
    if (!(await this.#rights.allows(caller, topic.accessList, 'SEND_MESSAGE_TO_TOPIC', scope)))
      throw unauthorized(caller, 'Sending through this topic takes the right SEND_MESSAGE_TO_TOPIC')
    const message = readMessage(body())
    const build = (when: number) =>
      buildTopicPayload(message, topic, caller.principal, when, this.#payloadBytesMax)
    return this.#send(caller, message, { kind: 'subscribers', targetKey: topic.key }, build)
  }

  /** `userID`: of a user that exists. For the admin only. */
  toUser(caller: Caller, userID: string, body: () => unknown): Promise<string> {
    return this.#toReceiver(caller, `user:${userID}`, body)
  }

  /** `thingID`: of a thing that exists. For the admin only. */
  toThing(caller: Caller, thingID: string, body: () => unknown): Promise<string> {
    return this.#toReceiver(caller, `thing:${thingID}`, body)
  }

  async #toReceiver(caller: Caller, receiver: Subject, body: () => unknown): Promise<string> {
    if (caller.principal.kind !== 'admin') throw unauthorized(caller, 'Only the admin sends to one receiver')
    const { appID } = caller.app
    const message = readMessage(body())
    const build = (when: number) =>
      buildDirectPayload(message, { appID, receiver }, when, this.#payloadBytesMax)
    return this.#send(caller, message, { kind: 'subject', subject: receiver }, build)
  }

  async #send(
    { app, principal }: Caller,
    message: PushMessage,
    whom: { kind: 'subscribers'; targetKey: number } | { kind: 'subject'; subject: Subject },
    build: (when: number) => Uint8Array,
  ): Promise<string> {
    const { development, production } = message
    const pushMessageID = randomUUID()
    if (message.isForMqtt) {
      const payload = build(this.#now())
      const audience: Audience = { ...whom, development, production }
      const isForNobody = message.isDryRun || !(development || production)
      if (!isForNobody) await this.#sender.enqueue(app, audience, payload, { principal, pushMessageID })
    }
    return pushMessageID
  }
}
