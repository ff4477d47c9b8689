import type { Logger } from 'pino'
import type { AppOrigins } from '../app-origins.ts'
import { type Certificates, openCertificates } from '../certificates.ts'
import type { Config } from '../config.ts'
import type { DataFolder } from '../data-folder.ts'
import type { SharedSecrets } from '../nodes/shared-secrets.ts'
import { readExpiryOfFile } from './expiry.ts'
import { TlsInForce } from './tls-in-force.ts'

export interface OpenTlsOptions {
  readonly config: Config
  readonly data: DataFolder
  readonly shared: SharedSecrets | undefined
  readonly appOrigins: Pick<AppOrigins, 'domain' | 'wildcardName'>
  readonly log: Logger
}

/** The local authority, and what the TLS listeners work with: its certificate, or what an operator brought. */
export async function openTls(
  options: OpenTlsOptions,
): Promise<{ certificates: Certificates; tls: TlsInForce }> {
  const { config, data, shared, appOrigins, log } = options
  const names = [...config.names, appOrigins.domain, appOrigins.wildcardName]
  const certificates = await openCertificates({ data, shared, names })
  const others = () => readExpiryOfFile('relay', config.relay.certFile)
  return { certificates, tls: await TlsInForce.open({ paths: config.tls, certificates, log, others }) }
}
