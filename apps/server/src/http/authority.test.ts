import assert from 'node:assert/strict'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { after, test } from 'node:test'
import { type OperatorRole, operatorRoles } from '@pillion/schema'
import { Secret, TOTP } from 'otpauth'
import { pino } from 'pino'
import { compose } from '../compose.ts'
import { loadConfig } from '../config.ts'
import { openDataFolder } from '../data-folder.ts'
import { freePorts, makeFolder } from '../server.fixture.ts'
import { closeParts } from '../server.ts'
import { SettingsInForce } from '../settings/settings-in-force.ts'

const changesMax = 3
const flags = {
  data: makeFolder(),
  ...freePorts,
  'limits.signInFailuresPerAddressMax': 10_000,
  'limits.operatorChangesPerMinuteMax': changesMax,
  'operators.secondFactor': 'required',
}
const config = loadConfig({ env: {}, flags })
const data = await openDataFolder(config.data)
const parts = await compose(new SettingsInForce(config), data, pino({ level: 'silent' }))
after(() => closeParts(parts))

const bearer = { authorization: `Bearer ${parts.token}` }
const guarded = parts.adminRoutes.filter(({ role }) => role !== 'anybody')
const unsafe = parts.adminRoutes.filter(({ method }) => !['GET', 'HEAD', 'OPTIONS'].includes(method))
type Method = 'GET'

async function ask({ method, path }: { method: string; path: string }, headers: Record<string, string>) {
  const url = path.replaceAll(/:\w+|\*/g, 'x')
  const { statusCode, json } = await parts.main.inject({ method: method as Method, url, headers })
  return method === 'HEAD' ? [statusCode] : [statusCode, json().code]
}

async function expectAll(
  routes: readonly { method: string; path: string }[],
  headers: Record<string, string>,
  [status, code]: [status: number, code: string],
): Promise<void> {
  for (const route of routes) {
    const expected = route.method === 'HEAD' ? [status] : [status, code]
    assert.deepEqual(await ask(route, headers), expected, `${route.method} ${route.path}`)
  }
}

/** As after a sign-in; `hasFactor`: with a second factor, which this server wants of everybody. */
async function beginSession(name: string, role: OperatorRole, hasFactor: boolean) {
  await parts.operators.add({ name, role })
  const secret = new Uint8Array([1])
  const confirmed = { secret, since: 1, step: 1, recoveryHashes: [secret] }
  if (hasFactor) await parts.store.factors.propose(name, secret)
  if (hasFactor) assert.equal(await parts.store.factors.turnOn(name, confirmed), true)
  const begun = await parts.sessions.begin(await parts.operators.find(name))
  assert.ok(begun)
  const csrf = { 'x-pillion-csrf': begun.session.csrfToken }
  return { cookie: `pillion_session=${begun.token}`, csrf }
}

const sessions = new Map<OperatorRole, { cookie: string; csrf: Record<string, string> }>()
for (const role of operatorRoles) sessions.set(role, await beginSession(role, role, true))

function cookieOf(role: OperatorRole): { cookie: string } {
  return { cookie: sessions.get(role)?.cookie ?? '' }
}

test('every route of the operator’s REST refuses who has no, or wrong, credentials', async () => {
  assert.ok(guarded.length > 40, `${guarded.length} routes`)
  await expectAll(guarded, {}, [401, 'SESSION_MISSING'])
  await expectAll(guarded, { authorization: `${bearer.authorization}x` }, [401, 'ADMIN_TOKEN_REFUSED'])
  await expectAll(guarded, { authorization: `Basic ${parts.token}` }, [401, 'ADMIN_TOKEN_REFUSED'])
  await expectAll(guarded, { cookie: 'pillion_session=x' }, [401, 'SESSION_ENDED'])
})

test('every route refuses every role that is too low for it', async () => {
  for (const role of operatorRoles) {
    const higher = operatorRoles.slice(operatorRoles.indexOf(role) + 1)
    const routes = guarded.filter((route) => higher.some((each) => each === route.role))
    assert.ok(routes.length > 0 || role === 'admin')
    await expectAll(routes, { ...cookieOf(role), ...sessions.get(role)?.csrf }, [403, 'ROLE_TOO_LOW'])
  }
})

test('every route that changes something refuses a session without its CSRF token, and pages of other hosts', async () => {
  const own = { ...cookieOf('admin'), ...sessions.get('admin')?.csrf }
  const routes = unsafe.filter(({ role }) => role !== 'anybody')
  await expectAll(routes, cookieOf('admin'), [403, 'CSRF_REFUSED'])
  await expectAll(routes, { ...cookieOf('admin'), ...sessions.get('viewer')?.csrf }, [403, 'CSRF_REFUSED'])
  await expectAll(unsafe, { ...own, origin: 'http://demo.pillion.localhost' }, [403, 'CSRF_REFUSED'])
  await expectAll(unsafe, { ...own, 'sec-fetch-site': 'same-site' }, [403, 'CSRF_REFUSED'])
})

test('every route refuses who has to turn on a second factor first, except what does that, and signing out', async () => {
  const { cookie, csrf } = await beginSession('newcomer', 'admin', false)
  const open = [
    'GET /admin/v1/session',
    'HEAD /admin/v1/session',
    'DELETE /admin/v1/session',
    'POST /admin/v1/session/second-factor',
    'POST /admin/v1/session/second-factor/confirm',
  ]
  const isOpen = ({ method, path }: { method: string; path: string }) => open.includes(`${method} ${path}`)
  assert.equal(guarded.filter(isOpen).length, open.length)
  const closed = guarded.filter((route) => !isOpen(route))
  await expectAll(closed, { cookie, ...csrf }, [403, 'SECOND_FACTOR_MISSING'])
})

test('behind a load balancer that ends TLS, a cookie that another host may have set opens nothing, also without an Origin', async () => {
  const { cookie } = cookieOf('viewer')
  const host = 'console.example'
  const browser = { 'sec-fetch-site': 'same-origin' }
  const rows: [name: string, headers: Record<string, string>, status: number][] = [
    ['planted', { host, cookie, ...browser }, 401],
    ['own', { host, cookie: `__Host-${cookie}`, ...browser }, 200],
    ['without TLS', { host, cookie }, 200],
    ['on this machine', { host: 'localhost:8080', cookie, ...browser }, 200],
    ['on this machine, by address', { host: '[::1]:8080', cookie, ...browser }, 200],
  ]
  for (const [name, headers, status] of rows) {
    const answer = await parts.main.inject({ method: 'GET', url: '/admin/v1/session', headers })
    assert.equal(answer.statusCode, status, name)
  }
})

test('nothing of all that was done: the audit log has refused sign-ins alone', async () => {
  const actions = new Set((await parts.audit.search({ count: 500 })).map(({ action }) => action))
  assert.deepEqual([...actions], ['admin-token.refuse'])
})

test('every route that changes something has a name in the audit log, and needs more than a viewer', () => {
  for (const { method, path, action, role } of unsafe) {
    assert.match(action ?? 'none', /^[a-z-]+\.[a-z-]+$/, `${method} ${path}`)
    const isOwn = path.startsWith('/admin/v1/session') || path === '/admin/v1/operators/first'
    assert.ok(isOwn || (role !== 'viewer' && role !== 'anybody'), `${method} ${path} for ${role}`)
  }
  const open = parts.adminRoutes.filter(({ role }) => role === 'anybody').map(({ path }) => path)
  assert.deepEqual(open, ['/admin/v1/session', '/admin/v1/operators/first'])
})

test('who has to have a second factor is let through turning it on right after signing in, and then may do everything', async () => {
  const password = 'four random words'
  await parts.operators.add({ name: 'late', role: 'admin', password })
  const post = async (path: string, payload: object, headers: Record<string, string> = {}) => {
    const url = `/admin/v1/session${path}`
    const { json, cookies } = await parts.main.inject({ method: 'POST', url, headers, payload })
    const cookie = `pillion_session=${cookies[0]?.value}`
    const body = json()
    const { csrfToken = '' } = body.session ?? body
    return { body, headers: { cookie, 'x-pillion-csrf': csrfToken } }
  }
  const { body, headers } = await post('', { name: 'late', password })
  assert.equal(body.secondFactor, 'missing')
  const listPartners = (by: Record<string, string>) =>
    parts.main.inject({ method: 'GET', url: '/admin/v1/partners', headers: by })
  assert.equal((await listPartners(headers)).statusCode, 403)
  const begun = await post('/second-factor', {}, headers)
  const code = TOTP.generate({ secret: Secret.fromBase32(begun.body.secret) })
  const on = await post('/second-factor/confirm', { code }, headers)
  assert.equal(on.body.session.secondFactor, 'on')
  assert.equal((await listPartners(on.headers)).statusCode, 200)
  assert.equal((await listPartners(headers)).statusCode, 401)
})

test('an operator changes so much in a minute and no more, so that the audit log does not fill the disk; the admin token may', async () => {
  const headersOf = (role: OperatorRole) => ({ ...cookieOf(role), ...sessions.get(role)?.csrf })
  const change = (headers: Record<string, string>, url = '/admin/v1/mailboxes/x') =>
    parts.main.inject({ method: 'DELETE', url, headers })
  const countEntries = async () => (await parts.audit.check()).entries
  for (let n = 0; n < changesMax; n++) assert.equal((await change(headersOf('admin'))).statusCode, 400)
  const before = await countEntries()
  const refused = await change(headersOf('admin'))
  assert.deepEqual([refused.statusCode, refused.json().code], [429, 'CHANGES_TOO_MANY'])
  const seconds = Number(refused.headers['retry-after'])
  assert.ok(seconds >= 1 && seconds <= 60, `${seconds} s`)
  assert.equal((await change(headersOf('admin'), '/admin/v1/bans/x')).statusCode, 429)
  assert.equal(await countEntries(), before)
  assert.deepEqual(await ask({ method: 'GET', path: '/admin/v1/partners' }, cookieOf('admin')), [
    200,
    undefined,
  ])
  assert.equal((await change(headersOf('operator'))).statusCode, 400)
  assert.equal((await change(bearer)).statusCode, 400)
})

test('a request whose entry cannot be kept in the audit log fails, and does nothing', async () => {
  using database = new DatabaseSync(join(data.path, 'pillion.db'))
  database.exec("create trigger full before insert on audit_entry begin select raise(abort, 'no room'); end")
  const add = (uid: string) =>
    parts.main.inject({ method: 'POST', url: '/admin/v1/partners', headers: bearer, payload: { uid } })
  assert.equal((await add('UNKEPT')).statusCode, 500)
  database.exec('drop trigger full')
  assert.equal((await add('KEPT')).statusCode, 201)
  assert.deepEqual(
    (await parts.fleet.listPartners()).map(({ uid }) => uid),
    ['KEPT'],
  )
})
