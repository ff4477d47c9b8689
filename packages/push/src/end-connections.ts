import type { Subject } from './principal.ts'

/**
 * Closes the MQTT connections of a user or thing, or of all in an app if `subject` is undefined; version 5 clients are told
 * `text` (P 13.3). Their credentials must be refused already.
 */
export type EndConnections = (appID: string, subject: Subject | undefined, text: string) => void
