import { type ReasonCode, reasonCodes } from '@pillion/packet'
import type { Connection } from '../connection.ts'
import type { Refusal } from '../ports/access-policy.ts'
import { toConnack, toReturnCode } from '../wire/closing-codes.ts'
import { noteRefusal } from './note-refusal.ts'

/** Answers a CONNECT that is not accepted, and closes [MQTT-3.2.2-7]. */
export function refuseConnect(connection: Connection, refusal: Refusal, username?: string): void {
  const { counters } = connection.core
  const { refused, reason, text, silent } = refusal
  counters.connectionsRefused++
  counters.refuse('connect', reason)
  noteRefusal(connection, { packet: 'connect', reason, text }, username)
  // Who has not said who it is may be anybody with a port scanner.
  const level = connection.clientId === '' ? 'info' : 'warn'
  connection.log(level, { username, reason }, `sign-in refused: ${text}`)
  if (!silent) {
    const isVersion5 = connection.version === 5
    connection.send({
      type: 'connack',
      sessionPresent: false,
      reasonCode: isVersion5 ? toConnack(refused) : toReturnCode(refused),
      ...(isVersion5 ? { properties: { reasonString: text } } : {}),
    })
  }
  connection.endTransport()
}

/**
 * Ends a connection that has not signed in. To a CONNECT that breaks a rule 3.x has no answer [MQTT-3.1.4-1] but that its
 * version is unknown [MQTT-3.1.2-2]; version 5 answers with a reason (4.13.1).
 */
export function turnAway(connection: Connection, reasonCode: ReasonCode, text: string): void {
  const hasAnswer =
    connection.version === 5 ||
    connection.clientId !== '' ||
    reasonCode === reasonCodes.UNSUPPORTED_PROTOCOL_VERSION
  refuseConnect(connection, { refused: reasonCode, reason: nameOf(reasonCode), text, silent: !hasAnswer })
}

function nameOf(reasonCode: ReasonCode): string {
  const [name] = Object.entries(reasonCodes).find(([, code]) => code === reasonCode) ?? ['unspecified_error']
  return name.toLowerCase()
}
