import type { Access } from './access.ts'
import { KiiACL } from './acl.ts'
import { InvalidArgumentException } from './exceptions.ts'
import { type ErrorCallbacks, runAction } from './outcome.ts'
import { RequestFailure } from './request-failure.ts'
import type { Scope } from './scope.ts'

const namePattern = /^[A-Za-z0-9_-]{1,64}$/

/** A push topic (P 7, 14.4), got from `topicWithName` and `listTopics`. */
export class KiiTopic {
  readonly #access: Access
  readonly #name: string
  readonly #path: string

  constructor(access: Access, scope: Scope, name: string) {
    if (typeof name !== 'string' || !namePattern.test(name))
      throw new InvalidArgumentException('a topic name is 1 to 64 letters, digits, "_" or "-"')
    this.#access = access
    this.#name = name
    this.#path = `${scope.path}/topics/${name}`
  }

  getName(): string {
    return this.#name
  }

  exists(callbacks?: ErrorCallbacks<boolean>): Promise<boolean> {
    return runAction('check topic', this, callbacks, async () => {
      try {
        await this.#access.send('HEAD', this.#path)
        return true
      } catch (error) {
        if (error instanceof RequestFailure && error.status === 404) return false
        throw error
      }
    })
  }

  /** Creates it; once it exists that fails with TOPIC_ALREADY_EXISTS. */
  save(callbacks?: ErrorCallbacks<KiiTopic>): Promise<KiiTopic> {
    return runAction('save topic', this, callbacks, async () => {
      await this.#access.send('PUT', this.#path)
      return this
    })
  }

  /** @param message what `KiiPushMessageBuilder` builds; goes out as it is (P 8.1) */
  sendMessage<Message>(
    message: Message,
    callbacks?: ErrorCallbacks<[KiiTopic, Message]>,
  ): Promise<[topic: KiiTopic, message: Message]> {
    return runAction('send messages', this, callbacks, async () => {
      const type = 'SendPushMessageRequest'
      await this.#access.send('POST', `${this.#path}/push/messages`, { type, body: message })
      return [this, message]
    })
  }

  deleteTopic(callbacks?: ErrorCallbacks<KiiTopic>): Promise<KiiTopic> {
    return runAction('delete topic', this, callbacks, async () => {
      await this.#access.send('DELETE', this.#path)
      return this
    })
  }

  acl(): KiiACL<KiiTopic> {
    return new KiiACL(this.#access, () => this.#path, this)
  }

  /** @internal Where its subscriptions are. */
  subscriptionsPath(): string {
    return `${this.#path}/push/subscriptions`
  }
}
