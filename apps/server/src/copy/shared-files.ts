import type { DataFolder } from '../data-folder.ts'

/** What a node that is alone keeps in files, and several keep in the store under the same name (`nodes/shared-secrets.ts`). */
export const sharedNames = ['ca', 'endpoint-key', 'factor-key', 'admin-token'] as const

export type SharedName = (typeof sharedNames)[number]

/** Those files, as paths below the data folder. Everything else there is one node's own, or can be made again. */
export const sharedPaths = [
  'ca/certificate.pem',
  'ca/private-key.pem',
  'endpoint-key',
  'factor-key',
  'admin-token',
] as const

/** As the store keeps it: of the authority, the certificate comes first. undefined: not in this folder. */
export async function readShared(data: DataFolder, name: SharedName): Promise<string | undefined> {
  if (name !== 'ca') return (await data.read(name))?.trim() || undefined
  const certificate = await data.read('ca/certificate.pem')
  const privateKey = await data.read('ca/private-key.pem')
  return certificate === undefined || privateKey === undefined ? undefined : certificate + privateKey
}

export async function writeShared(data: DataFolder, name: SharedName, text: string): Promise<void> {
  if (name !== 'ca') return data.write(name, `${text}\n`, { secret: true })
  const keyStart = text.search(/-----BEGIN [A-Z ]*PRIVATE KEY-----/)
  await data.write('ca/private-key.pem', text.slice(keyStart), { secret: true })
  await data.write('ca/certificate.pem', text.slice(0, keyStart))
}
