import { randomBytes } from 'node:crypto'
import type { DataFolder } from './data-folder.ts'

const FILE = 'endpoint-key'

/**
 * The key from which passwords of MQTT endpoints are derived (P 6.3), made at first start. Without it every installed client
 * would have to ask for its endpoint again.
 */
export async function openEndpointKey(data: DataFolder): Promise<Uint8Array> {
  const kept = await data.read(FILE)
  if (kept !== undefined) return Buffer.from(kept.trim(), 'base64url')
  const key = randomBytes(32)
  await data.write(FILE, `${key.toString('base64url')}\n`, { secret: true })
  return key
}
