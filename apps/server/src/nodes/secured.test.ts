import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { promisify } from 'node:util'
import { createAccount, createOperator, createUser, type KeyPair } from '@nats-io/nkeys'
import { CertificateAuthority } from '@pillion/fleet'
import { startNats } from '../../../../packages/relay-nats/src/nats.fixture.ts'
import { PostgresServer } from '../../../../packages/store/src/postgres/postgres.fixture.ts'
import { ask, makeFolder, startTestServer } from '../server.fixture.ts'

test('a node reaches PostgreSQL and NATS over TLS, NATS with a credentials file, and neither if it is not who it should be', async (t) => {
  const folder = makeFolder()
  const { authority, certificatePem } = await CertificateAuthority.create()
  const server = await authority.issueServer({ names: ['127.0.0.1', 'localhost'] })
  const caFile = await write(folder, 'ca.pem', certificatePem)
  const certFile = await write(folder, 'server.pem', server.certificatePem)
  const keyFile = await write(folder, 'server-key.pem', server.privateKeyPem)
  const stranger = await CertificateAuthority.create()
  const strangerFile = await write(folder, 'stranger.pem', stranger.certificatePem)

  const credentials = createCredentials()
  const natsConfig = `tls { cert_file: "${certFile}", key_file: "${keyFile}" }
operator: ${credentials.operatorToken}
resolver: MEMORY
resolver_preload: { ${credentials.account}: ${credentials.accountToken} }`
  const nats = await startNats(['--config', await write(folder, 'nats.conf', natsConfig)])
  t.after(() => nats.stop())
  const credentialsFile = await write(folder, 'node.creds', credentials.userFile)

  const postgres = await PostgresServer.start({
    ssl: 'on',
    ssl_cert_file: certFile,
    ssl_key_file: await writeForPostgres(folder, server.privateKeyPem),
  })
  t.after(() => postgres[Symbol.asyncDispose]())
  const flags = {
    'database.url': await postgres.createDatabase(),
    'database.caFile': caFile,
    // By name: the client of NATS knows no certificates for addresses.
    'relay.url': [`tls://localhost:${nats.port}`],
    'relay.caFile': caFile,
    'relay.credentialsFile': credentialsFile,
  }
  const node = await startTestServer(flags)
  assert.equal((await ask(node, '/readyz')).status, 200)
  const [{ ssl } = {}] = await postgres.execute(
    "select bool_and(ssl) as ssl from pg_stat_ssl join pg_stat_activity using (pid) where usename = 'pillion'",
  )
  assert.equal(ssl, true)

  await assert.rejects(
    startTestServer({ ...flags, 'database.caFile': strangerFile }),
    /database cannot be used/,
  )

  // As every mode but `disable` and `no-verify`, it means a certificate that this machine trusts; pg would warn that it may not.
  const warnings: Error[] = []
  process.on('warning', (warning) => warnings.push(warning))
  const required = { 'database.url': `${flags['database.url']}?sslmode=require`, 'database.caFile': '' }
  await assert.rejects(startTestServer({ ...flags, ...required }), /cannot be used.*certificate/)
  assert.deepEqual(
    warnings.filter(({ message }) => message.includes('SSL')),
    [],
  )

  // Whoever runs it must learn where and why from the one line that there is, and others not the password.
  const url = new URL(flags['database.url'])
  const wrong: [string, RegExp][] = [
    [Object.assign(new URL(url), { username: 'me', password: 'guessed' }).href, /role "me" does not exist/],
    [
      Object.assign(new URL(url), { pathname: '/nowhere' }).href,
      /\/nowhere\): database "nowhere" does not exist/,
    ],
    [Object.assign(new URL(url), { port: '1' }).href, /127\.0\.0\.1:1\/.*ECONNREFUSED.*Check database\.url/],
  ]
  for (const [address, message] of wrong) {
    const { password } = new URL(address)
    await assert.rejects(startTestServer({ ...flags, 'database.url': address }), (error: Error) => {
      assert.match(error.message, message)
      return password === '' || !error.message.includes(password)
    })
  }
})

async function write(folder: string, name: string, text: string): Promise<string> {
  const file = join(folder, name)
  await writeFile(file, text)
  return file
}

/** It wants a key that is its own and nobody else's. */
async function writeForPostgres(folder: string, key: string): Promise<string> {
  const file = join(folder, 'postgres-key.pem')
  await writeFile(file, key, { mode: 0o600 })
  if (process.getuid?.() !== 0) return file
  await promisify(execFile)('chmod', ['755', folder])
  await promisify(execFile)('chown', ['postgres:postgres', file])
  return file
}

/** What an operator of NATS hands out; its own tool for it is not part of Debian. */
function createCredentials() {
  const [operator, account, user] = [createOperator(), createAccount(), createUser()]
  const unlimited = { subs: -1, data: -1, payload: -1 }
  const accountLimits = { ...unlimited, imports: -1, exports: -1, wildcards: true, conn: -1, leaf: -1 }
  const userToken = sign(account, user, { type: 'user', ...unlimited })
  return {
    operatorToken: sign(operator, operator, { type: 'operator' }),
    account: account.getPublicKey(),
    accountToken: sign(operator, account, { type: 'account', limits: accountLimits }),
    userFile: `-----BEGIN NATS USER JWT-----
${userToken}
------END NATS USER JWT------

-----BEGIN USER NKEY SEED-----
${new TextDecoder().decode(user.getSeed())}
------END USER NKEY SEED------
`,
  }
}

/** A JSON web token as NATS wants it: signed with the keys of `issuer`, about `subject`. */
function sign(issuer: KeyPair, subject: KeyPair, claims: object): string {
  const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url')
  const header = encode({ typ: 'JWT', alg: 'ed25519-nkey' })
  const body = encode({
    jti: crypto.randomUUID(),
    iat: Math.floor(Date.now() / 1_000),
    iss: issuer.getPublicKey(),
    sub: subject.getPublicKey(),
    name: 'test',
    nats: { ...claims, version: 2 },
  })
  const signature = issuer.sign(Buffer.from(`${header}.${body}`))
  return `${header}.${body}.${Buffer.from(signature).toString('base64url')}`
}
