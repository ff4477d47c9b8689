import { existsSync, rmSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import type { IssuedPartner } from '@pillion/schema'
import { describeError, failure, usageError } from './cli-error.ts'
import { prepareSecretFolder } from './secret-folder.ts'

/** Where the credentials of a partner were written. */
export interface PartnerFiles {
  readonly certificate: string
  readonly authority: string
  readonly config: string
}

function nameFiles(folder: string): PartnerFiles {
  return {
    certificate: join(folder, 'client.crt'),
    authority: join(folder, 'ca.crt'),
    config: join(folder, 'config.json'),
  }
}

/** Before the partner is added: a password that cannot be written would be lost. */
export function preparePartnerFiles(folder: string, { force = false }: { force?: boolean }): void {
  const taken = force ? [] : Object.values(nameFiles(folder)).filter((file) => existsSync(file))
  if (taken.length > 0)
    throw usageError(`${taken.join(', ')} exists already; add --force to replace it, or name another --out.`)
  prepareSecretFolder(folder)
}

/** Writes the certificate with its key (one PEM, W 2.2), the authority and the configuration of `sdks/partner`. */
export function writePartnerFiles(folder: string, issued: IssuedPartner, serverUrl: string): PartnerFiles {
  const files = nameFiles(folder)
  const config = {
    uri: reachableAddress(issued.partnersAddress, serverUrl),
    // Relative to the file they stand in, so that the folder can be moved.
    sslClientCert: basename(files.certificate),
    ca: basename(files.authority),
    username: issued.uid,
    password: issued.password,
  }
  try {
    writeSecret(files.certificate, issued.certificatePem)
    writeSecret(files.authority, issued.caPem)
    writeSecret(files.config, `${JSON.stringify(config, null, 2)}\n`)
  } catch (error) {
    throw failure(
      `What partner ${issued.uid} was issued is valid, but its files could not be written: ${describeError(error)}. Keep what is printed above.`,
      error,
    )
  }
  return files
}

/** The authority is no secret, but three files of one kind are simpler to explain than two and one. */
export function writeSecret(file: string, text: string): void {
  // A file that exists keeps its mode, so it goes first.
  rmSync(file, { force: true })
  writeFileSync(file, text, { mode: 0o600, flag: 'wx' })
}

/** host:port as a client may dial it: a listener on all interfaces is reached where the server itself was. */
export function reachableAddress(address: string, serverUrl: string): string {
  return address.replace(/^(0\.0\.0\.0|\[::\]|::)(?=:\d+$)/, new URL(serverUrl).hostname)
}
