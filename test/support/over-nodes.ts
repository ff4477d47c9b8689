// Runs test files with three nodes for every Pillion in them, over one NATS cluster and one PostgreSQL:
// `node test/support/over-nodes.ts 3 FILE…` has three files run at once.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { SharedParts } from '../../apps/server/src/nodes/deployment.fixture.ts'
import { PostgresServer } from '../../packages/store/src/postgres/postgres.fixture.ts'
import { NatsCluster } from './nats-cluster.ts'
import { chooseFilesOverNodes } from './over-nodes-files.ts'

const runTests = fileURLToPath(new URL('../../scripts/run-tests.mjs', import.meta.url))
const [atOnce = '3', ...files] = process.argv.slice(2)

const [nats, postgres] = await Promise.all([NatsCluster.start(), PostgresServer.start()])
const url = new URL(await postgres.createDatabase())
const parts: SharedParts = {
  postgres: { port: postgres.port, template: url.pathname.slice(1), role: url.username },
  nats: { urls: nats.urls, user: nats.user, password: nats.password },
}
const env = { ...process.env, PILLION_TEST_NODES: '3', PILLION_TEST_PARTS: JSON.stringify(parts) }
const tests = spawn(process.execPath, [runTests, atOnce, ...chooseFilesOverNodes(files)], {
  env,
  stdio: 'inherit',
})
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => tests.kill(signal))
const [code] = await once(tests, 'exit')
await Promise.all([nats.stop(), postgres[Symbol.asyncDispose]()])
process.exitCode = code ?? 1
