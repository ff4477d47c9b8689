import { createHash, timingSafeEqual } from 'node:crypto'
import type { DataFolder } from './data-folder.ts'
import type { SharedSecrets } from './nodes/shared-secrets.ts'
import { openSecretFile, writeSecretFile } from './secret-file.ts'

const FILE = 'admin-token'

/**
 * The operator's token. `shared`: one for all nodes; each keeps it in its file, too, where the command line looks for it.
 */
export async function openAdminToken(data: DataFolder, shared?: SharedSecrets): Promise<string> {
  const own = await openSecretFile(data, FILE)
  if (shared === undefined) return own
  const token = await shared.getOrAdd(FILE, async () => own)
  if (token !== own) await writeSecretFile(data, FILE, token)
  return token
}

/** Compares digests, so that neither the time taken nor the length tells anything about the token. */
export function isAdminToken(candidate: string, token: string): boolean {
  return timingSafeEqual(digest(candidate), digest(token))
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
