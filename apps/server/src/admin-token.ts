import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import type { DataFolder } from './data-folder.ts'
import type { SharedSecrets } from './nodes/shared-secrets.ts'

const FILE = 'admin-token'

/**
 * The operator's token: 256 bits, base64url, made at first start and kept in a file only its owner can read. `shared`: one
 * for all nodes; each keeps it in its file, too, where the command line looks for it.
 */
export async function openAdminToken(data: DataFolder, shared?: SharedSecrets): Promise<string> {
  const own = await openOwn(data)
  if (shared === undefined) return own
  const token = await shared.getOrAdd(FILE, async () => own)
  if (token !== own) await data.write(FILE, `${token}\n`, { secret: true })
  return token
}

async function openOwn(data: DataFolder): Promise<string> {
  const kept = (await data.read(FILE))?.trim()
  if (kept !== undefined && kept !== '') return kept
  const token = randomBytes(32).toString('base64url')
  await data.write(FILE, `${token}\n`, { secret: true })
  return token
}

/** Compares digests, so that neither the time taken nor the length tells anything about the token. */
export function isAdminToken(candidate: string, token: string): boolean {
  return timingSafeEqual(digest(candidate), digest(token))
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
