import { randomBytes } from 'node:crypto'
import type { DataFolder } from './data-folder.ts'
import type { SharedSecrets } from './nodes/shared-secrets.ts'

const FILE = 'endpoint-key'

/**
 * The key from which passwords of MQTT endpoints are derived (P 6.3), made at first start. Without it every installed client
 * would have to ask for its endpoint again. `shared`: one for all nodes.
 */
export async function openEndpointKey(data: DataFolder, shared?: SharedSecrets): Promise<Uint8Array> {
  const text = shared === undefined ? await openOwn(data) : await shared.getOrAdd(FILE, () => openOwn(data))
  return Buffer.from(text, 'base64url')
}

async function openOwn(data: DataFolder): Promise<string> {
  const kept = (await data.read(FILE))?.trim()
  if (kept !== undefined && kept !== '') return kept
  const key = randomBytes(32).toString('base64url')
  await data.write(FILE, `${key}\n`, { secret: true })
  return key
}
