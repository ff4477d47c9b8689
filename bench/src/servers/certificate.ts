import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { CertificateAuthority } from '@pillion/fleet'

/** Files in PEM. */
export interface CertificateFiles {
  readonly certificateFile: string
  readonly privateKeyFile: string
}

let issued: ReturnType<typeof issue> | undefined

/** The certificate of every server but pillion, which makes its own of the same kind (EC P-256). */
export async function writeCertificate(folder: string): Promise<CertificateFiles> {
  issued ??= issue()
  const { certificatePem, privateKeyPem } = await issued
  const files = {
    certificateFile: join(folder, 'certificate.pem'),
    privateKeyFile: join(folder, 'private-key.pem'),
  }
  await writeFile(files.certificateFile, certificatePem)
  await writeFile(files.privateKeyFile, privateKeyPem, { mode: 0o600 })
  return files
}

async function issue() {
  const { authority } = await CertificateAuthority.create({})
  return authority.issueServer({ names: ['localhost', '127.0.0.1'] })
}
