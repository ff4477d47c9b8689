import type { LedgerLevel, MessageRecord, MessageStep } from '@pillion/schema'

/**
 * Keeps the records of level `durable`, of all nodes. Resolved means that it lasts; rejected means that the store is away:
 * then nothing was changed, and the call may be repeated. Calls may overlap. One more `addAll` of a record, or `addSteps` of
 * a step, that is there already changes nothing.
 */
export interface LedgerStore {
  /** All or nothing. With the steps that each has so far. */
  addAll(records: readonly MarkedRecord[]): Promise<void>
  /** All or nothing. Steps of records that are not there are passed over. */
  addSteps(steps: readonly StepOfRecord[]): Promise<void>
  find(id: string): Promise<MessageRecord | undefined>
  /** Newest first. */
  search(query: LedgerQuery): Promise<LedgerPage>
  /** The downlinks of a partner to a vehicle whose payload has this mark, oldest first. */
  findMarked(place: MarkedPlace, countMax: number): Promise<MessageRecord[]>
  /** Forgets records older than `before` (milliseconds since 1970), oldest first, `countMax` at most; resolves to how many. */
  prune(before: number, countMax: number): Promise<number>
  /** What operators have set. */
  levels(): Promise<SetLevels>
  /** null: back to the default. */
  setLevels(changes: LevelChanges): Promise<void>
}

/** A record and what finds it again: `payloadMark` of its payload. */
export interface MarkedRecord {
  readonly record: MessageRecord
  readonly mark: string
}

export interface StepOfRecord {
  readonly id: string
  /** Its place among the steps of the record; grows. */
  readonly number: number
  readonly step: MessageStep
}

/** Which messages something is told of: they have no id on the wire. */
export interface MarkedPlace {
  readonly vin: string
  readonly uid: string
  readonly mark: string
}

/** All that are given must hold. */
export interface LedgerQuery {
  readonly vin?: string
  readonly uid?: string
  readonly idApp?: string
  readonly appID?: string
  readonly receiver?: string
  readonly topic?: string
  readonly receipt?: string
  readonly pushMessageID?: string
  /** The newest state is this one. */
  readonly state?: string
  /** Of any step. */
  readonly reason?: string
  /** Taken at this time or later, and before that one; milliseconds since 1970. */
  readonly since?: number
  readonly until?: number
  /** Only records whose id is less: `next` of the page before. */
  readonly before?: string
  readonly count: number
}

export interface LedgerPage {
  /** Newest first: by id, descending. */
  readonly messages: readonly MessageRecord[]
  /** `before` of the next page; undefined after the last. */
  readonly next: string | undefined
}

export interface SetLevels {
  /** By UID. */
  readonly partners: Readonly<Record<string, LedgerLevel>>
  /** By appID. */
  readonly pushApps: Readonly<Record<string, LedgerLevel>>
}

export interface LevelChanges {
  readonly partners?: Readonly<Record<string, LedgerLevel | null>>
  readonly pushApps?: Readonly<Record<string, LedgerLevel | null>>
}
