import type { DataFolder } from './data-folder.ts'
import type { SharedSecrets } from './nodes/shared-secrets.ts'
import { openSharedKey } from './shared-key.ts'

/**
 * The key from which passwords of MQTT endpoints are derived (P 6.3), made at first start. Without it every installed client
 * would have to ask for its endpoint again. `shared`: one for all nodes.
 */
export function openEndpointKey(data: DataFolder, shared?: SharedSecrets): Promise<Uint8Array> {
  return openSharedKey(data, 'endpoint-key', shared)
}
