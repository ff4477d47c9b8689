import type { Core } from '../core.ts'
import type { RelayExtras } from '../ports/relay.ts'
import { keepRetained } from '../retained/keep-retained.ts'
import { hasLeftReceiver, keepMessage, withoutReceiver } from './absent-receiver.ts'
import { deliverMessage, deliverPayload } from './deliver.ts'
import { countMissed } from './read-outcome.ts'
import { type Audience, emptyAudience, gatherAudience } from './route.ts'

/** Topics whose audience is remembered; about 200 bytes each. */
const TOPICS_MAX = 20_000

/** Who gets what other nodes send on one topic; stale when an epoch grew. */
interface Arrival {
  readonly neighbourhood: number
  subscriptionsEpoch: number
  interestEpoch: number
  audience: Audience
  /** Is it for somebody who has gone from here meanwhile, and is not anywhere else? */
  missesReceiver: boolean
}

/** Brings what other nodes send to this node's own. */
export class Arrivals {
  readonly #core: Core
  readonly #byTopic = new Map<string, Arrival>()
  /** Of the message before: the relay hands over many of one topic in a row. */
  #lastTopic: string | undefined
  #last: Arrival | undefined

  constructor(core: Core) {
    this.#core = core
  }

  deliver(topic: string, payload: Uint8Array, extras: RelayExtras | undefined): void {
    const { counters, recorder } = this.#core
    counters.messagesArrived++
    if (recorder === undefined || !recorder.isRecording) {
      this.#deliver(topic, payload, extras)
      return
    }
    counters.watch()
    const handed = this.#deliver(topic, payload, extras)
    const { dropped } = counters.unwatch()
    if (dropped.size > 0)
      recorder.droppedArrival(topic, payload, { reached: handed - countMissed(dropped), dropped })
  }

  /** Returns to how many connections, in-process receivers and mailboxes it was handed; some may have dropped it. */
  #deliver(topic: string, payload: Uint8Array, extras: RelayExtras | undefined): number {
    const core = this.#core
    const { audience, missesReceiver } = this.#find(topic)
    if (extras === undefined && !missesReceiver) {
      const reached = deliverPayload(core, topic, audience, payload)
      if (reached === 0 && !audience.isServedElsewhere) core.counters.drop('no_receiver', 1)
      return reached
    }
    const message = { payload, retain: extras?.retain ?? false, properties: extras?.properties }
    const reached = deliverMessage(
      core,
      topic,
      extras?.isKept ? withoutReceiver(core, topic, audience) : audience,
      message,
    )
    if (extras?.keepFor !== undefined) keepRetained(core, topic, message, extras.keepFor)
    // It has gone from here while the message was on its way.
    if (missesReceiver && !extras?.isKept) {
      keepMessage(core, topic, payload, message.properties?.messageExpirySeconds)
      return reached + 1
    }
    if (reached === 0 && extras?.keepFor === undefined && !extras?.isKept && !audience.isServedElsewhere)
      core.counters.drop('no_receiver', 1)
    return reached
  }

  #find(topic: string): Arrival {
    const { subscriptions, relay } = this.#core
    let arrival = topic === this.#lastTopic ? this.#last : this.#byTopic.get(topic)
    if (arrival === undefined) {
      // Of many topics that are used once each, none is worth remembering.
      if (this.#byTopic.size >= TOPICS_MAX) this.#byTopic.clear()
      const neighbourhood = subscriptions.neighbourhoodOf(topic)
      const audience = emptyAudience
      arrival = { neighbourhood, subscriptionsEpoch: 0, interestEpoch: -1, audience, missesReceiver: false }
      this.#byTopic.set(topic, arrival)
    }
    this.#lastTopic = topic
    this.#last = arrival
    const subscriptionsEpoch = subscriptions.epochOf(arrival.neighbourhood)
    if (arrival.subscriptionsEpoch !== subscriptionsEpoch || arrival.interestEpoch !== relay.interestEpoch) {
      arrival.subscriptionsEpoch = subscriptionsEpoch
      arrival.interestEpoch = relay.interestEpoch
      arrival.audience = gatherAudience(topic, subscriptions.match(topic), undefined)
      arrival.missesReceiver = hasLeftReceiver(this.#core, topic, arrival.audience)
    }
    return arrival
  }
}
