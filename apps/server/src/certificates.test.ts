import assert from 'node:assert/strict'
import { X509Certificate } from 'node:crypto'
import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { openCertificates } from './certificates.ts'
import { openDataFolder } from './data-folder.ts'
import { makeFolder } from './server.fixture.ts'

const DAY_MS = 86_400_000

async function open(path: string, options: { names?: string[]; now?: () => number } = {}) {
  const certificates = await openCertificates({ data: await openDataFolder(path), names: [], ...options })
  const { certificatePem } = await certificates.serverCertificate()
  return { ca: certificates.authority.certificatePem, server: new X509Certificate(certificatePem) }
}

test('the first start makes an authority and a certificate for every name of this machine', async () => {
  const { ca, server } = await open(makeFolder(), {
    names: ['car.example', '*.apps.car.example', '192.0.2.7'],
  })
  assert.ok(server.verify(new X509Certificate(ca).publicKey))
  for (const name of ['localhost', hostname().toLowerCase(), 'car.example', 'demo.apps.car.example']) {
    assert.ok(server.checkHost(name), name)
  }
  for (const address of ['127.0.0.1', '::1', '192.0.2.7']) assert.ok(server.checkIP(address), address)
  assert.equal(server.checkHost('stranger.example'), undefined)
})

test('private keys are their owner’s only', async () => {
  const path = makeFolder()
  await open(path)
  for (const folder of ['ca', 'tls'])
    assert.equal(statSync(join(path, folder, 'private-key.pem')).mode & 0o777, 0o600)
})

test('later starts use both again', async () => {
  const path = makeFolder()
  const first = await open(path)
  const second = await open(path)
  assert.equal(second.ca, first.ca)
  assert.equal(second.server.fingerprint256, first.server.fingerprint256)
})

const renewals = [
  { name: 'it is near its end', change: (_: string, end: number) => ({ now: () => end - 29 * DAY_MS }) },
  { name: 'it is past its end', change: (_: string, end: number) => ({ now: () => end + DAY_MS }) },
  { name: 'a name was added', change: () => ({ names: ['added.example'] }) },
  {
    name: 'the authority is another',
    change(path: string) {
      rmSync(join(path, 'ca'), { recursive: true })
      return {}
    },
  },
  {
    name: 'its key is damaged',
    change(path: string) {
      writeFileSync(join(path, 'tls/private-key.pem'), '')
      return {}
    },
  },
]

for (const { name, change } of renewals) {
  test(`the server’s certificate is made anew when ${name}`, async () => {
    const path = makeFolder()
    const first = await open(path)
    const renewed = await open(path, change(path, Date.parse(first.server.validTo)))
    assert.notEqual(renewed.server.fingerprint256, first.server.fingerprint256)
    assert.ok(renewed.server.verify(new X509Certificate(renewed.ca).publicKey))
  })
}

const damages = [
  {
    name: 'lost its key',
    damage: (ca: string) => rmSync(join(ca, 'private-key.pem')),
    text: /has lost its private-key/,
  },
  {
    name: 'a damaged key',
    damage: (ca: string) => writeFileSync(join(ca, 'private-key.pem'), ''),
    text: /cannot be read/,
  },
]

for (const { name, damage, text } of damages) {
  test(`an authority that has ${name} is not made anew, as all clients trust it`, async () => {
    const path = makeFolder()
    const first = await open(path)
    const ca = join(path, 'ca')
    const key = readFileSync(join(ca, 'private-key.pem'))
    damage(ca)
    await assert.rejects(open(path), ({ message }: Error) => text.test(message) && /backup/.test(message))
    writeFileSync(join(ca, 'private-key.pem'), key)
    assert.equal((await open(path)).ca, first.ca)
  })
}

test('the server’s certificate is kept until 30 days before its end', async () => {
  const path = makeFolder()
  const { server } = await open(path)
  const later = await open(path, { now: () => Date.parse(server.validTo) - 31 * DAY_MS })
  assert.equal(later.server.fingerprint256, server.fingerprint256)
})
