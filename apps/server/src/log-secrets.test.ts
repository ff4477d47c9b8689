import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { RawMqttClient } from '@pillion/testkit'
import { Secret, TOTP } from 'otpauth'
import { pino } from 'pino'
import { addPushApp, addUser, adminToken, askPush } from './http/push/push.fixture.ts'
import { loadConfig, type RunningServer, startServer } from './index.ts'
import { ask, askAdmin, freePorts, makeFolder, portOf } from './server.fixture.ts'

const secretFields = /password|secret|token|pem$|^link$|^recoveryCodes$/i
const typedWrong = 'typed-wrong-by-somebody'

/** Every secret in an answer; of keys in PEM, a line from their middle. */
function findSecrets(value: unknown, name = ''): string[] {
  if (typeof value === 'string') {
    if (!secretFields.test(name)) return []
    const key = /PRIVATE KEY-----\n([A-Za-z0-9+/=]{20,})/.exec(value)?.[1]
    return value.includes('-----BEGIN') ? (key === undefined ? [] : [key]) : [value]
  }
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, each]) => findSecrets(each, Array.isArray(value) ? name : key))
}

/** The secret of a second factor, and the codes for when it is lost; six digits may stand anywhere by chance. */
async function turnOnFactor(server: RunningServer, operator: { name: string; password: string }) {
  let headers: Record<string, string> = { 'content-type': 'application/json' }
  const post = async (path: string, body: object) => {
    const address = `/admin/v1/session${path}`
    const answer = await ask(server, address, { method: 'POST', headers, body: JSON.stringify(body) })
    const cookie = answer.headers['set-cookie']?.[0]?.split(';', 1)[0] ?? ''
    return { cookie, json: JSON.parse(answer.body.toString()) }
  }
  const { cookie, json: session } = await post('', operator)
  headers = { ...headers, cookie, 'x-pillion-csrf': session.csrfToken }
  const { json: proposed } = await post('/second-factor', { password: operator.password })
  const code = TOTP.generate({ secret: Secret.fromBase32(proposed.secret) })
  const { json: on } = await post('/second-factor/confirm', { code })
  assert.equal(on.recoveryCodes.length, 10)
  await post('', { ...operator, code: on.recoveryCodes[0] })
  await post('', { ...operator, code: typedWrong })
  return [proposed.secret, ...on.recoveryCodes] as string[]
}

async function signIn(server: RunningServer, username: string, password: string): Promise<number> {
  const client = await RawMqttClient.open({ port: portOf(server, 'mqtt') })
  const { reasonCode } = await client.connect({ username, password: Buffer.from(password) })
  client.destroy()
  return reasonCode
}

/** Makes one of everything that has a secret, uses it rightly and wrongly, and gives all that were issued or typed. */
async function issueEverything(server: RunningServer): Promise<string[]> {
  const secrets = [server.adminToken, typedWrong]
  const issue = async (path: string, body: unknown) => {
    const { status, json } = await askAdmin(server, 'POST', path, body)
    assert.ok(status < 300, `${path}: ${JSON.stringify(json)}`)
    const found = findSecrets(json)
    assert.ok(found.length > 0, path)
    secrets.push(...found)
    return found
  }
  await issue('/partners', { uid: 'ACME' })
  const [password = ''] = await issue('/vehicles', { vins: ['VF3CAR00000000001'], certificates: true })
  await issue('/partners/ACME/credentials', {})
  await issue('/accounts', { name: 'meter', publish: ['a'], subscribe: ['a'] })
  const [ownPassword = ''] = await issue('/operators', { name: 'olga', role: 'admin' })
  secrets.push(...(await turnOnFactor(server, { name: 'olga', password: ownPassword })))
  assert.equal(await signIn(server, 'VF3CAR00000000001', password), 0)
  assert.notEqual(await signIn(server, 'VF3CAR00000000001', typedWrong), 0)

  const app = await addPushApp(server)
  const { userID, token } = await addUser(server, app, 'ann')
  secrets.push(app.clientSecret, 'annannann', token, await adminToken(server, app))
  const headers = { 'content-type': 'application/vnd.kii.InstallationCreationRequest+json' }
  const body = { installationType: 'MQTT', development: false }
  const installed = await askPush(server, app, 'POST', '/installations', { token, body, headers })
  const endpoint = `/installations/${installed.json?.installationID}/mqtt-endpoint`
  const { json } = await askPush(server, app, 'GET', endpoint, { token })
  secrets.push(...findSecrets(json))
  assert.equal(typeof json?.password, 'string', `${userID}: ${installed.text}`)

  const wrong = { authorization: `Bearer ${typedWrong}` }
  await ask(server, `/admin/v1/partners?token=${server.adminToken}`, { headers: wrong })
  await ask(server, `/nowhere/?password=${typedWrong}`)
  const session = { name: 'olga', password: typedWrong }
  const jsonHeaders = { 'content-type': 'application/json' }
  await ask(server, '/admin/v1/session', {
    method: 'POST',
    headers: jsonHeaders,
    body: JSON.stringify(session),
  })
  return secrets
}

test('no secret that was issued or typed stands in the log, the audit log, the settings or the metrics', async (t) => {
  const lines: string[] = []
  const log = pino({ level: 'trace' }, { write: (line: string) => void lines.push(line) })
  const flags = { data: makeFolder(), ...freePorts, 'relay.password': 'of-the-relay' }
  const server = await startServer({ config: loadConfig({ env: {}, flags }), log })
  t.after(() => server.close())
  const link = new URL(server.firstOperatorUrl ?? '').hash.split('/').at(-1) ?? ''
  const secrets = [...(await issueEverything(server)), link, 'of-the-relay']
  for (const file of ['ca/private-key.pem', 'tls/private-key.pem', 'endpoint-key', 'factor-key']) {
    const text = readFileSync(join(flags.data, file), 'utf8')
    secrets.push(...findSecrets(text, 'pem'), ...(text.includes('-----') ? [] : [text.trim()]))
  }
  await server.reload()
  const told = [lines.join('')]
  for (const path of ['/admin/v1/audit', '/admin/v1/settings', '/admin/v1/status', '/metrics']) {
    const headers = { authorization: `Bearer ${server.adminToken}` }
    told.push((await ask(server, path, { headers })).body.toString())
  }
  for (const text of told.slice(0, 2)) assert.match(text, /ACME/)
  assert.ok(lines.length > 10 && new Set(secrets).size > 15)
  for (const secret of secrets) {
    assert.ok(secret.length >= 8, secret)
    for (const text of told) assert.equal(text.includes(secret), false, `${secret} in ${text.slice(0, 200)}`)
  }
})
