import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { openConnections } from '../generator/connection.ts'
import { Tally } from '../generator/tally.ts'
import { openFanOut } from '../workloads/fan-out.ts'
import { openStream } from '../workloads/pairs.ts'
import { AedesServer } from './aedes.ts'
import { RelayServer } from './relay.ts'

for (const [make, transports] of [
  [() => new AedesServer(), ['tcp', 'tls', 'ws']],
  [() => new RelayServer(), ['tcp', 'tls']],
] as const) {
  for (const transport of transports) {
    test(`${make().name} over ${transport} delivers what the loads send, to each pair its own and to a hundred alike`, async () => {
      const running = await make().start({ transport })
      try {
        const { port, pid, passwords } = running
        const target = { transport, port, pid, passwords, payloadBytes: 100 }
        for (const open of [openStream, openFanOut]) {
          const tally = new Tally()
          const load = await open(target, tally)
          load.start()
          while (tally.received < 2_000) await sleep(1)
          tally.stop()
          while (tally.received < tally.expected) await sleep(1)
          await sleep(20)
          assert.equal(tally.received, tally.expected)
          for (const connection of load.connections) connection.close()
        }
      } finally {
        await running.stop()
      }
    })
  }
}

test('aedes refuses a wrong password', async () => {
  const running = await new AedesServer().start({ transport: 'tcp' })
  try {
    const { port, passwords } = running
    const username = 'BENCH-0000'
    const open = (password: string) =>
      openConnections([{ transport: 'tcp', port, clientId: 'x', signIn: { username, password } }])
    await assert.rejects(open(`${passwords.partners[0]}x`), /CONNECT refused/)
    await assert.rejects(open(''), /CONNECT refused/)
    const [connection] = await open(passwords.partners[0] ?? '')
    connection?.close()
  } finally {
    await running.stop()
  }
})

test('relay does not pretend to speak WebSocket', async () => {
  await assert.rejects(new RelayServer().start({ transport: 'ws' }), /mask/)
})
