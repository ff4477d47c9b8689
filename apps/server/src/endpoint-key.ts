import type { DataFolder } from './data-folder.ts'
import type { SharedSecrets } from './nodes/shared-secrets.ts'
import { openSecretFile } from './secret-file.ts'

const FILE = 'endpoint-key'

/**
 * The key from which passwords of MQTT endpoints are derived (P 6.3), made at first start. Without it every installed client
 * would have to ask for its endpoint again. `shared`: one for all nodes.
 */
export async function openEndpointKey(data: DataFolder, shared?: SharedSecrets): Promise<Uint8Array> {
  const openOwn = () => openSecretFile(data, FILE)
  const text = await (shared === undefined ? openOwn() : shared.getOrAdd(FILE, openOwn))
  return Buffer.from(text, 'base64url')
}
