import type { Identity, MessageOutcome, PublishDecision, RouteRecorder } from '@pillion/broker'
import type { LedgerLevel } from '@pillion/schema'
import type { RecordFields } from './ledger-options.ts'
import { type RouteFields, readRoute, type TopicReading } from './read-route.ts'

/** Whose messages a recorder records. */
export interface RecordedSource {
  readonly fields: RecordFields
  readonly level: LedgerLevel
  /** Whose share of what may be recorded they take. */
  readonly sender: string
}

/** Where recorders bring what they are told. */
export interface Recording {
  take(sender: string, messages: number): number
  record(source: RecordedSource, payload: Uint8Array, outcome: MessageOutcome): void
}

/** One for each route, of which there may be very many: it holds next to nothing. */
export class SampledRecorder implements RouteRecorder {
  readonly #recording: Recording
  readonly #source: RecordedSource

  constructor(recording: Recording, source: RecordedSource) {
    this.#recording = recording
    this.#source = source
  }

  take(messages: number): number {
    return this.#recording.take(this.#source.sender, messages)
  }

  record(payload: Uint8Array, outcome: MessageOutcome): void {
    this.#recording.record(this.#source, payload, outcome)
  }
}

/** A route is read again for each record: few are made. */
export class RouteSource implements RecordedSource {
  readonly level: LedgerLevel
  readonly #identity: Identity
  readonly #topicName: string
  readonly #decision: PublishDecision
  readonly #reading: TopicReading

  constructor(
    level: LedgerLevel,
    route: { identity: Identity; topicName: string; decision: PublishDecision; reading: TopicReading },
  ) {
    this.level = level
    this.#identity = route.identity
    this.#topicName = route.topicName
    this.#decision = route.decision
    this.#reading = route.reading
  }

  get sender(): string {
    return this.#identity.key
  }

  get fields(): RouteFields {
    return readRoute(this.#identity, this.#topicName, this.#decision, this.#reading) as RouteFields
  }
}
