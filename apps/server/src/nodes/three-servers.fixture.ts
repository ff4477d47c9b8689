import { join } from 'node:path'
import { pino } from 'pino'
import { type ListenerName, loadConfig } from '../config.ts'
import { type RunningServer, startServer } from '../server.ts'
import { addDeployment, type Deployment, nodeOfListener } from './deployment.fixture.ts'
import { addFenceAccount, Fence } from './fence.fixture.ts'

/** By data folder: who starts again on the same folder finds the same database. */
const deployments = new Map<string, Deployment>()
const fences = new Set<Fence>()

/** Resolves when all nodes of this process know what each of them knew when this was called. */
export async function settleServers(): Promise<void> {
  await Promise.all([...fences].map((fence) => fence.pass()))
}

/** Three servers in this process that look like one: each listener is that of another node. `flags` name the data folder. */
export async function startThreeServers(flags: Record<string, unknown>): Promise<RunningServer> {
  const data = String(flags.data)
  const deployment = deployments.get(data) ?? (await addDeployment())
  deployments.set(data, deployment)
  const start = (folder: string, ports: Record<string, number> = {}) => {
    const config = loadConfig({ env: {}, flags: { ...deployment.flags, ...ports, ...flags, data: folder } })
    return startServer({ config, log: pino({ level: 'silent' }) })
  }
  const [first, last] = await Promise.all([start(join(data, 'first')), start(join(data, 'last'))])
  const second = await start(data, {
    'push.portTCP': portOfListener(first, 'mqtt'),
    'push.portSSL': portOfListener(last, 'mqtts'),
    'push.portWSS': portOfListener(last, 'https'),
  })
  const servers = [first, second, last]
  const fence = await openFence(servers)
  fences.add(fence)
  return {
    ...second,
    listeners: Object.entries(nodeOfListener).flatMap(
      ([name, node]) => servers[node]?.listeners.filter((listener) => listener.name === name) ?? [],
    ),
    async close() {
      fences.delete(fence)
      fence.close()
      await Promise.all(servers.map((server) => server.close()))
    },
  }
}

/** After the last server on this folder has closed. */
export async function removeDeployment(data: string): Promise<void> {
  await deployments.get(data)?.remove()
  deployments.delete(data)
}

function portOfListener({ listeners }: RunningServer, name: ListenerName): number {
  const address = listeners.find((listener) => listener.name === name)?.address ?? ''
  return Number(address.slice(address.lastIndexOf(':') + 1))
}

async function openFence(servers: readonly RunningServer[]): Promise<Fence> {
  const mqttPorts = servers.map((server) => portOfListener(server, 'mqtt'))
  const [{ httpUrl, adminToken, config }] = servers as [RunningServer]
  return Fence.open({
    mqttPorts,
    account: config.access.mode === 'open' ? undefined : await addFenceAccount(httpUrl, adminToken),
  })
}
