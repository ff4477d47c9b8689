import assert from 'node:assert/strict'
import { once } from 'node:events'
import { request } from 'node:http'
import { connect } from 'node:net'
import { after, test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { encode } from '@pillion/packet'
import { pino } from 'pino'
import { loadConfig, startServer } from '../index.ts'
import { ask, freePorts, makeFolder, portOf } from '../server.fixture.ts'

const lines: Record<string, unknown>[] = []
const log = pino({ level: 'info' }, { write: (line) => void lines.push(JSON.parse(line)) })
const config = loadConfig({ env: {}, flags: { data: makeFolder(), ...freePorts } })
const server = await startServer({ config, log })
after(() => server.close())
const { password } = await server.fleet.addPartner({ uid: 'ACME' })
await server.fleet.addPartner({ uid: 'OTHER' })

/** Return code of the CONNACK; undefined if the server closed without one. */
async function signIn(localAddress: string, username: string, secret: string): Promise<number | undefined> {
  const socket = connect({ host: '127.0.0.1', port: portOf(server, 'mqtt'), localAddress })
  socket.on('error', () => {})
  const packet = {
    type: 'connect',
    protocolVersion: 4,
    clean: true,
    keepAliveSeconds: 0,
    clientId: '',
  } as const
  socket.write(encode({ ...packet, username, password: Buffer.from(secret) }, 4))
  const answer = await Promise.race([
    once(socket, 'data').then(([bytes]) => bytes[3] as number),
    new Promise<undefined>((resolve) => socket.once('close', () => resolve(undefined))),
  ])
  socket.destroy()
  return answer
}

/** Tries with so many at a time for so long; how many were answered. */
async function guessFor(milliseconds: number, localAddress: string, username: string): Promise<number> {
  const end = performance.now() + milliseconds
  let answers = 0
  const guess = async () => {
    while (performance.now() < end) {
      const answer = await signIn(localAddress, username, 'guess')
      if (answer !== undefined && performance.now() < end) answers++
      await wait(5)
    }
  }
  await Promise.all(Array.from({ length: 20 }, guess))
  return answers
}

test('after 50 wrong passwords an address gets at most 5 answers a second, others at once; over HTTP, too', async () => {
  const first = await Promise.all(Array.from({ length: 50 }, () => signIn('127.0.0.2', 'OTHER', 'guess')))
  assert.deepEqual(first, Array(50).fill(4))
  const guesses = guessFor(2_000, '127.0.0.2', 'OTHER')
  assert.equal(await signIn('127.0.0.1', 'ACME', password), 0)
  assert.equal(await askFrom('127.0.0.2', '/portal/api/vehicle', `Basic ${btoa('VF7GUESSED0000001:x')}`), 429)
  assert.equal(await askFrom('127.0.0.2', '/admin/v1/status', 'Bearer guess'), 429)
  assert.equal(await askFrom('127.0.0.1', '/admin/v1/status', `Bearer ${server.adminToken}`), 200)
  assert.equal(await askFrom('127.0.0.1', '/admin/v1/status', 'Bearer guess'), 401)
  const answers = await guesses
  assert.ok(answers > 0 && answers <= 10, `${answers} answers in 2 s`)
})

test('an account gets 100 wrong answers an hour, and its owner is served from elsewhere', async () => {
  const guessers = Array.from({ length: 3 }, (_, index) => `127.0.0.${10 + index}`)
  const guesses = guessers.flatMap((address) =>
    Array.from({ length: 45 }, () => signIn(address, 'ACME', 'guess')),
  )
  const answers = (await Promise.all(guesses)).filter((code) => code !== undefined)
  assert.equal(answers.length, 100)
  assert.equal(await signIn('127.0.0.10', 'ACME', password), undefined)
  assert.equal(await signIn('127.0.0.20', 'ACME', password), 0)
})

test('both are in the log, without the password, and in the metrics', async () => {
  const held = lines.filter(
    ({ reason, address }) => reason === 'sign_in_rate_exceeded' && address !== undefined,
  )
  assert.deepEqual(
    held.map(({ address }) => address),
    ['127.0.0.2'],
  )
  const locked = lines.filter(
    ({ reason, msg }) => reason === 'sign_in_account_locked' && /for this name$/.test(String(msg)),
  )
  assert.ok(locked.some(({ name }) => name === 'ACME'))
  assert.doesNotMatch(JSON.stringify(lines), /"guess"/)
  const metrics = (await ask(server, '/metrics')).body.toString()
  assert.match(metrics, /^pillion_sign_in_failures_total\{reason="password_wrong"\} \d{3}$/m)
  assert.match(metrics, /^pillion_sign_in_failures_total\{reason="admin_token_wrong"\} 1$/m)
  assert.match(metrics, /^pillion_sign_in_held_back_total\{reason="sign_in_account_locked"\} \d+$/m)
  assert.match(metrics, /^pillion_sign_ins_waiting \d+$/m)
})

async function askFrom(localAddress: string, path: string, authorization: string): Promise<number> {
  const { port } = new URL(server.httpUrl)
  const sent = request({
    host: '127.0.0.1',
    port,
    path,
    localAddress,
    headers: { authorization },
    agent: false,
  })
  sent.end()
  const [response] = await once(sent, 'response')
  response.resume()
  if (response.statusCode === 429) assert.ok(Number(response.headers['retry-after']) >= 1)
  return response.statusCode
}
