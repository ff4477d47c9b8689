import { reasonCodes } from '@pillion/packet'
import type { Connection } from '../connection.ts'
import { noteRefusal } from '../handle/note-refusal.ts'

/** What a deadline may be late, and nobody is closed early for: the age of the coarse clock. */
const COARSE_MS = 1_000

/** Called about once a second for every connection: one timer for all of them costs less than one each. */
export function checkDeadlines(connection: Connection, now: number): void {
  // At least so long, as what was noted may be the beginning of the second it fell into.
  const silentSeconds = (now - connection.lastActiveAt - COARSE_MS) / 1_000
  if (connection.state === 'connected') checkConnected(connection, silentSeconds, now)
  else if (connection.state === 'new') checkConnect(connection, silentSeconds)
  else if (silentSeconds >= connection.core.limits.closeSeconds) connection.transport.destroy()
}

function checkConnect(connection: Connection, silentSeconds: number): void {
  const { limits, counters } = connection.core
  if (silentSeconds < limits.connectSeconds) return
  // Its CONNECT is there; the access policy or the relay has not answered yet.
  if (connection.clientId !== '') {
    connection.close(reasonCodes.SERVER_BUSY, 'signing in took too long')
    return
  }
  counters.connectionsRefused++
  counters.refuse('connect', 'connect_timeout')
  const text = 'It sent no CONNECT in time.'
  noteRefusal(connection, { packet: 'connect', reason: 'connect_timeout', text })
  connection.log('info', { reason: 'connect_timeout' }, 'closed: no CONNECT in time')
  connection.transport.destroy()
}

function checkConnected(connection: Connection, silentSeconds: number, now: number): void {
  const { keepAliveSeconds, outbox, core } = connection
  if (keepAliveSeconds > 0 && silentSeconds >= keepAliveSeconds * 1.5) {
    // [MQTT-3.1.2-22]
    connection.close(
      reasonCodes.KEEP_ALIVE_TIMEOUT,
      'nothing was heard for one and a half times the keep alive',
    )
  } else if (outbox.blockedSince > 0 && now - outbox.blockedSince > core.limits.outboxStuckSeconds * 1_000) {
    connection.abort('outbox_stuck', 'closed: the client does not read')
  } else if (!connection.isProbed) probe(connection, silentSeconds)
}

/** Who says nothing for hours may be gone for hours. Not at once when it connects: four system calls for each of a storm. */
function probe(connection: Connection, silentSeconds: number): void {
  const { tcpKeepAliveSeconds } = connection.core.limits
  const { keepAliveSeconds } = connection
  const isSelfSupporting = keepAliveSeconds > 0 && keepAliveSeconds <= tcpKeepAliveSeconds
  if (isSelfSupporting || silentSeconds < tcpKeepAliveSeconds) return
  connection.isProbed = true
  connection.transport.probeAfter?.(tcpKeepAliveSeconds)
}
