import { randomBytes } from 'node:crypto'
import type { DataFolder } from '../data-folder.ts'

/** What the other nodes know this one by: made at first start, and the same for as long as its data folder lives. */
export async function openNodeId(data: DataFolder): Promise<string> {
  const kept = (await data.read('node-id'))?.trim()
  if (kept !== undefined && kept !== '') return kept
  const id = randomBytes(6).toString('hex')
  await data.write('node-id', `${id}\n`)
  return id
}
