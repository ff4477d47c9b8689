// Runs test files with every Pillion in them being three nodes over one NATS cluster and one PostgreSQL:
// `node test/support/over-nodes.ts [FILE…]`, by default all that make sense so.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import type { SharedParts } from '../../apps/server/src/nodes/deployment.fixture.ts'
import { PostgresServer } from '../../packages/store/src/postgres/postgres.fixture.ts'
import { NatsCluster } from './nats-cluster.ts'
import { listFilesOverNodes } from './over-nodes-files.ts'

const args = process.argv.slice(2)
const files = args.some((arg) => !arg.startsWith('-')) ? args : [...args, ...listFilesOverNodes()]

const [nats, postgres] = await Promise.all([NatsCluster.start(), PostgresServer.start()])
const url = new URL(await postgres.createDatabase())
const parts: SharedParts = {
  postgres: { port: postgres.port, template: url.pathname.slice(1), role: url.username },
  nats: { urls: nats.urls, user: nats.user, password: nats.password },
}
const env = { ...process.env, PILLION_TEST_NODES: '3', PILLION_TEST_PARTS: JSON.stringify(parts) }
const tests = spawn(process.execPath, ['--test', ...files], { env, stdio: 'inherit' })
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => tests.kill(signal))
const [code] = await once(tests, 'exit')
await Promise.all([nats.stop(), postgres[Symbol.asyncDispose]()])
process.exitCode = code ?? 1
