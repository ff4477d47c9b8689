import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import type { Broker } from '@pillion/broker'
import type { Logger } from 'pino'
import { WebSocketServer } from 'ws'
import type { RefusalMemory } from '../explain/refusal-memory.ts'
import type { Hosts } from '../http/hosts.ts'
import type { Limits } from '../limits.ts'
import { SparingLog } from '../sparing-log.ts'
import { endSocket } from './end-socket.ts'

const subprotocols = ['mqtt', 'mqttv3.1']

export type Upgrade = (request: IncomingMessage, socket: Duplex, head: Buffer) => void

/**
 * MQTT over WebSocket on any path, as brokers differ in which one they want. Only main hosts: an app has no network
 * but the host page (W 11.4).
 */
export function createUpgrade(
  parts: {
    broker: Broker
    refusalMemory: Pick<RefusalMemory, 'refused'>
    hosts: Hosts
    limits: Limits
    log: Logger
  },
  listener: { name: 'http' | 'https'; host: string },
): Upgrade {
  const { broker, refusalMemory, hosts, limits } = parts
  const sparingLog = new SparingLog(parts.log, () => limits.logLinesPerMinuteMax)
  const sockets = new WebSocketServer({
    noServer: true,
    perMessageDeflate: false,
    clientTracking: false,
    handleProtocols: (offered) => subprotocols.find((each) => offered.has(each)) ?? false,
  })

  return (request, socket, head) => {
    const remoteAddress = request.socket.remoteAddress ?? ''
    const refusal = findRefusal(hosts, listener.host, request)
    if (refusal !== undefined) {
      sparingLog.warn({ listener: listener.name, address: remoteAddress, ...refusal }, 'WebSocket refused')
      const { reason, text } = refusal
      const who = { listener: listener.name, address: remoteAddress, clientId: '', name: '' }
      refusalMemory.refused({ packet: 'http', ...who, topic: 'WebSocket', reason, text })
      refuse(socket, refusal, limits.closeSeconds)
      return
    }
    // It looks at them for each connection.
    Object.assign(sockets.options, boundsOf(limits))
    sockets.handleUpgrade(request, socket, head, (webSocket) => {
      broker.attachWebSocket(webSocket, { listener: listener.name, remoteAddress })
    })
  }
}

function boundsOf(limits: Limits) {
  return {
    maxPayload: limits.webSocketMessageBytesMax,
    maxFragments: limits.webSocketFragmentsMax,
    maxBufferedChunks: limits.webSocketReadsMax,
    closeTimeout: limits.closeSeconds * 1_000,
  }
}

interface UpgradeRefusal {
  readonly status: string
  readonly reason: string
  readonly text: string
}

function findRefusal(
  hosts: Hosts,
  listenerHost: string,
  request: IncomingMessage,
): UpgradeRefusal | undefined {
  const host = hosts.classify(request.headers.host, listenerHost)
  if (host.kind === 'refused') {
    return {
      status: '421 Misdirected Request',
      reason: 'host',
      text: 'This server does not answer under that host name.',
    }
  }
  const isFromApp = hosts.isAppOrigin(request.headers.origin)
  if (host.kind === 'app' || isFromApp) {
    return {
      status: '403 Forbidden',
      reason: 'app_origin',
      text: 'Vehicle apps have no network but the host page.',
    }
  }
  const offered = (request.headers['sec-websocket-protocol'] ?? '').split(',').map((each) => each.trim())
  if (subprotocols.some((each) => offered.includes(each))) return undefined
  return {
    status: '400 Bad Request',
    reason: 'subprotocol',
    text: 'This server speaks MQTT over WebSocket: ask for the subprotocol "mqtt".',
  }
}

function refuse(socket: Duplex, { status, text }: UpgradeRefusal, closeSeconds: number): void {
  const head = `HTTP/1.1 ${status}\r\nContent-Type: text/plain\r\nConnection: close\r\nContent-Length: ${Buffer.byteLength(text)}`
  endSocket(socket, `${head}\r\n\r\n${text}`, closeSeconds)
}
