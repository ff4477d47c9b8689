import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import type { DataFolder } from './data-folder.ts'

/** The operator's token: 256 bits, base64url, made at first start and kept in a file only its owner can read. */
export async function openAdminToken(data: DataFolder): Promise<string> {
  const kept = (await data.read('admin-token'))?.trim()
  if (kept !== undefined && kept !== '') return kept
  const token = randomBytes(32).toString('base64url')
  await data.write('admin-token', `${token}\n`, { secret: true })
  return token
}

/** Compares digests, so that neither the time taken nor the length tells anything about the token. */
export function isAdminToken(candidate: string, token: string): boolean {
  return timingSafeEqual(digest(candidate), digest(token))
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
