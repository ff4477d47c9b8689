import { randomUUID } from 'node:crypto'
import type { Logger } from 'pino'
import type { Config } from '../config.ts'
import type { DataFolder } from '../data-folder.ts'
import type { Durations } from '../metrics/durations.ts'
import { openTracing } from '../telemetry/open-tracing.ts'
import { createNodes } from './create-nodes.ts'
import { openNodeId } from './node-id.ts'
import { openStore, refuseOtherStore } from './open-store.ts'
import { Readiness } from './readiness.ts'
import { createSharedSecrets } from './shared-secrets.ts'

export interface NodeOptions {
  readonly config: Config
  readonly data: DataFolder
  readonly durations: Pick<Durations, 'queried'>
  readonly version: string
  readonly log: Logger
}

/** What this node stands on: the store, its name, and the others. It is not connected to them yet. */
export async function openNode({ config, data, durations, version, log }: NodeOptions) {
  const store = await openStore(config, data, log, durations.queried)
  const shared = config.database.url === '' ? undefined : createSharedSecrets(store.secrets)
  if (shared !== undefined)
    await refuseOtherStore(data, await shared.getOrAdd('store-id', async () => randomUUID()))
  const node = await openNodeId(data)
  const tracing = await openTracing(config, version, node, log)
  const nodes = await createNodes(config, node, log)
  return {
    store,
    /** Secrets of all nodes; undefined: this one keeps its own in the data folder. */
    shared,
    node,
    /** The others; undefined: this one is alone. */
    nodes,
    tracing,
    readiness: new Readiness(store, nodes, log),
  }
}
