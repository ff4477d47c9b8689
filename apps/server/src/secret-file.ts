import { randomBytes } from 'node:crypto'
import type { DataFolder } from './data-folder.ts'

/** 256 bits as base64url, made at first start and kept in a file that only its owner can read. */
export async function openSecretFile(data: DataFolder, name: string): Promise<string> {
  const kept = (await data.read(name))?.trim()
  if (kept !== undefined && kept !== '') return kept
  const secret = randomBytes(32).toString('base64url')
  await writeSecretFile(data, name, secret)
  return secret
}

export function writeSecretFile(data: DataFolder, name: string, secret: string): Promise<void> {
  return data.write(name, `${secret}\n`, { secret: true })
}
