import assert from 'node:assert/strict'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { after, test } from 'node:test'
import { type OperatorRole, operatorRoles } from '@pillion/schema'
import { pino } from 'pino'
import { compose } from '../compose.ts'
import { loadConfig } from '../config.ts'
import { openDataFolder } from '../data-folder.ts'
import { freePorts, makeFolder } from '../server.fixture.ts'
import { closeParts } from '../server.ts'
import { SettingsInForce } from '../settings/settings-in-force.ts'

const flags = { data: makeFolder(), ...freePorts, 'limits.signInFailuresPerAddressMax': 10_000 }
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

const sessions = new Map<OperatorRole, { cookie: string; csrf: Record<string, string> }>()
for (const role of operatorRoles) {
  const { operator } = await parts.operators.add({ name: role, role })
  const begun = await parts.sessions.begin(operator)
  assert.ok(begun)
  const csrf = { 'x-pillion-csrf': begun.session.csrfToken }
  sessions.set(role, { cookie: `pillion_session=${begun.token}`, csrf })
}

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
