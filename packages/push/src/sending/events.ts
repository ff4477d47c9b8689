import type { BrokerLog } from '@pillion/broker'
import type { Target } from '../ports/target-store.ts'
import type { Caller } from '../principal.ts'
import type { BucketEvent, BucketEvents } from './bucket-events.ts'
import { buildEventPayload } from './payload.ts'
import type { Sender } from './send.ts'

export interface EventsOptions {
  readonly sender: Pick<Sender, 'enqueue'>
  readonly log: BrokerLog
  readonly now?: (() => number) | undefined
}

const LOG_MILLISECONDS = 60_000

/** Push to app (P 10.2, 12.2): to every installation of everybody who is subscribed, development and production alike. */
export class Events implements BucketEvents {
  readonly #sender: Pick<Sender, 'enqueue'>
  readonly #log: BrokerLog
  readonly #now: () => number
  #lost = 0
  #loggedAt = Number.NEGATIVE_INFINITY

  constructor({ sender, log, now = Date.now }: EventsOptions) {
    this.#sender = sender
    this.#log = log
    this.#now = now
  }

  /** Events that nobody was told of: no room, or no store. */
  get lost(): number {
    return this.#lost
  }

  async publish({ app, principal }: Caller, bucket: Target, event: BucketEvent): Promise<void> {
    const payload = buildEventPayload(event, bucket, principal, this.#now())
    const audience = {
      kind: 'subscribers',
      targetKey: bucket.key,
      development: true,
      production: true,
    } as const
    try {
      const { done } = await this.#sender.enqueue(app, audience, payload, { principal })
      // The subscriptions go with the bucket.
      if (event.type === 'BUCKET_DELETED') await done
    } catch (cause) {
      // What happened has happened: its author must not be told that it failed.
      this.#lose(cause)
    }
  }

  #lose(cause: unknown): void {
    this.#lost++
    if (this.#now() - this.#loggedAt < LOG_MILLISECONDS) return
    this.#loggedAt = this.#now()
    this.#log.warn({ error: String(cause), lost: this.#lost }, 'bucket events were lost')
  }
}
