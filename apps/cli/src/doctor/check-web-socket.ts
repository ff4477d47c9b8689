import { randomBytes } from 'node:crypto'
import { request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'
import { text } from 'node:stream/consumers'
import type { Check } from '../checks.ts'
import { PATIENCE_MILLISECONDS } from './check-network.ts'
import { trusted } from './check-tls.ts'
import { isSecure, type Setup } from './setup.ts'

/** More than a minute, and certificates and tokens begin to fail. */
const CLOCK_SECONDS_MAX = 60

/** Is a WebSocket for MQTT opened at this path? And what does the server’s clock say, if it does? */
export async function checkWebSocket(setup: Setup, now: number): Promise<Check[]> {
  const { host, port, path, ca } = setup
  const { promise, resolve } = Promise.withResolvers<{ checks: Check[]; date?: string | undefined }>()
  const request = (isSecure(setup) ? requestHttps : requestHttp)({
    host,
    port,
    path,
    ...(isSecure(setup) ? { ca: trusted(ca) } : {}),
    headers: {
      connection: 'Upgrade',
      upgrade: 'websocket',
      'sec-websocket-version': '13',
      'sec-websocket-key': randomBytes(16).toString('base64'),
      'sec-websocket-protocol': 'mqtt',
    },
    timeout: PATIENCE_MILLISECONDS,
  })
  request.on('upgrade', ({ headers }, socket) => {
    socket.destroy()
    resolve({ checks: [checkProtocol(path, headers['sec-websocket-protocol'])], date: headers.date })
  })
  request.on('response', async (response) => {
    const said = (await text(response).catch(() => '')).slice(0, 200)
    resolve({ checks: [explainStatus(path, response.statusCode ?? 0, said)], date: response.headers.date })
  })
  request.on('timeout', () => request.destroy(new Error('no answer in time')))
  request.on('error', (error) => {
    const fix = 'Is it an HTTP port? It is 8080, or 8443 with TLS, unless the operator says otherwise.'
    resolve({ checks: [{ isPassed: false, text: `No WebSocket there: ${error.message}.`, fix }] })
  })
  request.end()
  const { checks, date } = await promise
  return date === undefined ? checks : [...checks, checkClock(date, now)]
}

function checkProtocol(path: string, protocol: string | undefined): Check {
  if (protocol === 'mqtt') return { isPassed: true, text: `A WebSocket for MQTT is opened at ${path}.` }
  const fix = 'It is another server than Pillion: check address and path.'
  return {
    isPassed: false,
    text: `The WebSocket at ${path} is not one for MQTT.`,
    reason: 'subprotocol',
    fix,
  }
}

function explainStatus(path: string, status: number, said: string): Check {
  const fix =
    status === 421
      ? 'Use a name that the server answers to, or let the operator add this one to `names`.'
      : 'Check address and path; a proxy in between must pass on Upgrade and Sec-WebSocket-Protocol.'
  return { isPassed: false, text: `No WebSocket at ${path}: ${status}${said === '' ? '' : `, ${said}`}`, fix }
}

/** By the Date of an answer. */
export function checkClock(date: string, now: number): Check {
  const seconds = Math.round((now - Date.parse(date)) / 1_000)
  if (Number.isNaN(seconds) || Math.abs(seconds) <= CLOCK_SECONDS_MAX)
    return { isPassed: true, text: 'The clocks of server and this machine agree.' }
  const direction = seconds > 0 ? 'ahead of' : 'behind'
  const fix = 'Let both follow NTP.'
  return {
    isPassed: false,
    text: `The clock of this machine is ${Math.abs(seconds)} s ${direction} the server’s.`,
    fix,
  }
}
