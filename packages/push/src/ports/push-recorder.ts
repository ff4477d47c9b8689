import type { RouteRecorder } from '@pillion/broker'
import type { Principal, Subject } from '../principal.ts'

/** Writes down what becomes of pushes. It returns at once and does not throw. */
export interface PushRecorder {
  /** Who records this one, which goes to a single installation; undefined: nobody. */
  recorderOfPush(push: RecordedPush): RouteRecorder | undefined
}

export interface RecordedPush {
  readonly appID: string
  /** Canonical. */
  readonly topic: string
  readonly subject: Subject
  readonly installationID: string
  /** Who sent it, or did what it tells of. */
  readonly principal: Principal
  /** One for all installations that get the same message; an event has none. */
  readonly pushMessageID?: string
}
