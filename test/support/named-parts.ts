import { execFile } from 'node:child_process'
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { CertificateAuthority } from '@pillion/fleet'
import { startNats } from '../../packages/relay-nats/src/nats.fixture.ts'
import { PostgresServer } from '../../packages/store/src/postgres/postgres.fixture.ts'
import type { ReaderOptions } from './page-runner.ts'

const run = promisify(execFile)

export interface NamedParts {
  /** What a reader needs to find them by the names of the pages, and with psql. */
  readonly reader: Required<Pick<ReaderOptions, 'names' | 'files' | 'env'>>
  /** The same for one that finds an empty database of its own instead. */
  readonly moved: Required<Pick<ReaderOptions, 'names'>>
  stop(): Promise<void>
}

/** A real PostgreSQL and a real NATS server, both over TLS: those which the pages call db.example.com and nats-1.example.com. */
export async function startNamedParts(): Promise<NamedParts> {
  const folder = await mkdtemp(join(tmpdir(), 'pillion-parts-'))
  const { authority, certificatePem } = await CertificateAuthority.create()
  const issued = await authority.issueServer({ names: ['127.0.0.1', 'localhost'] })
  const certFile = join(folder, 'server.pem')
  const [keyFile, postgresKeyFile] = [join(folder, 'key.pem'), join(folder, 'postgres-key.pem')]
  await writeFile(certFile, issued.certificatePem)
  for (const file of [keyFile, postgresKeyFile]) await writeFile(file, issued.privateKeyPem, { mode: 0o600 })
  if (process.getuid?.() === 0) {
    await chmod(folder, 0o755)
    await run('chown', ['postgres:postgres', postgresKeyFile])
  }
  const natsFile = join(folder, 'nats.conf')
  await writeFile(
    natsFile,
    `tls { cert_file: "${certFile}", key_file: "${keyFile}" }\nauthorization { user: pillion, password: PASSWORD }`,
  )
  const [nats, postgres] = await Promise.all([
    startNats(['--config', natsFile]),
    PostgresServer.start({ ssl: 'on', ssl_cert_file: certFile, ssl_key_file: postgresKeyFile }),
  ])
  await postgres.execute('create role mover login')
  await postgres.execute('create database moved owner mover')
  return {
    reader: {
      names: {
        'db.example.com': `127.0.0.1:${postgres.port}`,
        'nats-1.example.com:4222': `localhost:${nats.port}`,
        'nats-2.example.com:4222': `localhost:${nats.port}`,
      },
      files: { 'etc/pillion/db-ca.pem': certificatePem, 'etc/pillion/nats-ca.pem': certificatePem },
      env: { PGHOST: '127.0.0.1', PGPORT: `${postgres.port}`, PGUSER: 'postgres' },
    },
    moved: {
      names: { 'pillion@db.example.com/pillion': `mover@127.0.0.1:${postgres.port}/moved` },
    },
    stop: async () => {
      await Promise.all([nats.stop(), postgres[Symbol.asyncDispose]()])
      await rm(folder, { recursive: true, force: true })
    },
  }
}
