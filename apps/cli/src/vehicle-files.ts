import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { IssuedVehicle } from '@pillion/schema'
import { describeError, failure, usageError } from './cli-error.ts'
import { writeSecret } from './partner-files.ts'
import { prepareSecretFolder } from './secret-folder.ts'

function certificateFile(folder: string, vin: string): string {
  return join(folder, `${vin}.crt`)
}

/** Before the vehicles are added: a key that cannot be written would be lost. */
export function prepareVehicleFiles(folder: string, vins: readonly string[]): void {
  const taken = vins.map((vin) => certificateFile(folder, vin)).find((file) => existsSync(file))
  if (taken !== undefined) throw usageError(`${taken} exists already; name another --out.`)
  prepareSecretFolder(folder)
}

/** One PEM per vehicle, certificate and private key, beside the authority's certificate. */
export function writeVehicleFiles(folder: string, issued: readonly IssuedVehicle[]): void {
  try {
    for (const { vin, certificatePem = '', caPem = '' } of issued) {
      writeSecret(certificateFile(folder, vin), certificatePem)
      writeSecret(join(folder, 'ca.crt'), caPem)
    }
  } catch (error) {
    throw failure(
      `What the vehicles were issued is valid, but ${folder} could not be written: ${describeError(error)}.`,
      error,
    )
  }
}
