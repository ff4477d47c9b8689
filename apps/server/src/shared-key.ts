import type { DataFolder } from './data-folder.ts'
import type { SharedSecrets } from './nodes/shared-secrets.ts'
import { openSecretFile } from './secret-file.ts'

/** 256 bits, made at first start and kept in a file of that name. `shared`: one for all nodes, the first one's. */
export async function openSharedKey(
  data: DataFolder,
  name: string,
  shared: SharedSecrets | undefined,
): Promise<Uint8Array> {
  const openOwn = () => openSecretFile(data, name)
  const text = await (shared === undefined ? openOwn() : shared.getOrAdd(name, openOwn))
  return Buffer.from(text, 'base64url')
}
