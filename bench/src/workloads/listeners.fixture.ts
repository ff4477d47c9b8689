import { once } from 'node:events'
import { createServer as createHttpServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Broker, openPolicy } from '@pillion/broker'
import { WebSocketServer } from 'ws'
import { writeCertificate } from '../servers/certificate.ts'
import type { Counters } from '../servers/counters.ts'
import { createSocketServer } from '../servers/socket-server.ts'
import { makeTemporaryFolder, removeTemporaryFolder } from '../servers/temporary-folder.ts'
import type { Transport } from '../transport.ts'
import type { Target } from './workload.ts'

/** A broker for anyone, behind a listener of each transport. */
export async function openListeners() {
  const broker = new Broker({ policy: openPolicy })
  await broker.open()
  const folder = await makeTemporaryFolder()
  const http = createHttpServer()
  new WebSocketServer({ server: http }).on('connection', (socket) =>
    broker.attachWebSocket(socket, { listener: 'http', remoteAddress: '127.0.0.1' }),
  )
  const servers = {
    tcp: createSocketServer(undefined, (socket) => broker.attachSocket(socket, 'mqtt')),
    tls: createSocketServer(await writeCertificate(folder), (socket) => broker.attachSocket(socket, 'mqtts')),
    ws: http,
  }
  await Promise.all(
    Object.values(servers).map((server) => once(server.listen({ port: 0, host: '127.0.0.1' }), 'listening')),
  )
  return {
    target: (transport: Transport): Target => ({
      transport,
      port: (servers[transport].address() as AddressInfo).port,
      pid: process.pid,
      passwords: { partners: [], vehicles: [] },
      payloadBytes: 100,
    }),
    countersSince(before: Counters): Counters {
      return subtract(readCounters(broker), before)
    },
    counters: () => readCounters(broker),
    connectionCount: () => broker.connectionCount,
    async close() {
      await broker.close()
      for (const server of Object.values(servers)) server.close()
      await removeTemporaryFolder(folder)
    },
  }
}

function readCounters(broker: Broker): Counters {
  const { messages_received: received = 0, messages_sent: sent = 0, ...others } = broker.counters()
  const dropped = Object.entries(others).filter(([name]) => name.startsWith('dropped_'))
  return { received, sent, dropped: Object.fromEntries(dropped) }
}

function subtract(after: Counters, before: Counters): Counters {
  const dropped = Object.entries(after.dropped).map(([reason, count]) => [
    reason,
    count - (before.dropped[reason] ?? 0),
  ])
  return {
    received: after.received - before.received,
    sent: after.sent - before.sent,
    dropped: Object.fromEntries(dropped),
  }
}
