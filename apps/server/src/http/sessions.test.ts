import assert from 'node:assert/strict'
import { get } from 'node:http'
import { test } from 'node:test'
import type {
  AuditPage,
  Operator,
  OperatorLink,
  OwnSession,
  ProposedSecondFactor,
  RecoveryCodes,
  SecondFactor,
  Session,
  TurnedOnSecondFactor,
} from '@pillion/schema'
import { Secret, TOTP } from 'otpauth'
import { appHost, ask, askAdmin, startTestServer } from '../server.fixture.ts'

const server = await startTestServer({ 'limits.signInFailuresPerAccountMax': 3 })
const password = 'four random words'
const origin = new URL(server.httpUrl).origin

async function send(method: string, path: string, body?: unknown, headers: Record<string, string> = {}) {
  const answer = await ask(server, `/admin/v1${path}`, {
    method,
    headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  const json = answer.body.length === 0 ? undefined : JSON.parse(answer.body.toString())
  return { ...answer, json, cookies: answer.headers['set-cookie'] ?? [] }
}

/** Headers of what the console sends once its operator has signed in. */
async function signIn(name: string, given = password) {
  const { json, cookies, status } = await send('POST', '/session', { name, password: given })
  assert.equal(status, 200, JSON.stringify(json))
  const cookie = cookies[0]?.split(';', 1)[0] ?? ''
  return { cookie, 'x-pillion-csrf': (json as Session).csrfToken }
}

async function addOperator(name: string, role: string): Promise<void> {
  assert.equal((await askAdmin(server, 'POST', '/operators', { name, role, password })).status, 201)
}

async function listAudit(query: string): Promise<AuditPage['entries']> {
  return ((await askAdmin(server, 'GET', `/audit?${query}`)).json as AuditPage).entries
}

const codeOf = ({ status, json }: { status: number; json: { code?: string } }) => [status, json.code]

test('the one-time link of the first start makes an admin who is signed in, once', async () => {
  const link = new URL(server.firstOperatorUrl ?? '').hash.replace('#/first/', '')
  assert.match(link, /^[\w-]{43}$/)
  const first = { link, name: 'Chief', password }
  assert.deepEqual(codeOf(await send('POST', '/operators/first', { ...first, link: `${link}x` })), [
    401,
    'LINK_REFUSED',
  ])
  assert.deepEqual(codeOf(await send('POST', '/operators/first', { ...first, password: 'chief' })), [
    400,
    'PASSWORD_TOO_WEAK',
  ])
  const { status, json, cookies } = await send('POST', '/operators/first', first)
  assert.equal(status, 201)
  assert.deepEqual(
    { ...json, csrfToken: '', expiresAt: '' },
    {
      name: 'chief',
      role: 'admin',
      csrfToken: '',
      expiresAt: '',
      secondFactor: 'off',
    },
  )
  const cookie = cookies[0]?.split(';', 1)[0] ?? ''
  assert.equal((await send('GET', '/operators', undefined, { cookie })).status, 200)
  assert.deepEqual(codeOf(await send('POST', '/operators/first', { ...first, name: 'other' })), [
    401,
    'LINK_REFUSED',
  ])
})

test('a link made later makes an admin, until any operator is added', async () => {
  const make = async () => {
    const { json } = await askAdmin(server, 'POST', '/operators/link')
    return new URL((json as OperatorLink).url).hash.replace('#/first/', '')
  }
  const [one, two] = [await make(), await make()]
  assert.equal((await send('POST', '/operators/first', { link: two, name: 'deputy', password })).status, 201)
  assert.equal((await send('POST', '/operators/first', { link: one, name: 'thief', password })).status, 401)
})

test('a session is a cookie that no script reads and no other site sends', async () => {
  await addOperator('anna', 'viewer')
  const { json, cookies } = await send('POST', '/session', { name: ' Anna ', password })
  assert.match(cookies.join(), /^pillion_session=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict$/)
  const {
    status,
    json: again,
    headers,
  } = await send('GET', '/session', undefined, {
    cookie: cookies[0]?.split(';', 1)[0] ?? '',
  })
  assert.equal(status, 200)
  assert.deepEqual(again, json)
  assert.equal(headers['cache-control'], 'no-store')
  const seconds = (Date.parse((json as Session).expiresAt) - Date.now()) / 1_000
  assert.ok(seconds > 43_000 && seconds <= 43_200, `${seconds} s`)
})

test('over TLS, also where a load balancer ends it, the cookie is that of this host alone', async () => {
  const secure = { origin: `https://${new URL(server.httpUrl).host}` }
  const { cookies } = await send('POST', '/session', { name: 'anna', password }, secure)
  const [cookie = ''] = cookies
  assert.match(cookie, /^__Host-pillion_session=[\w-]{43}; Path=\/; HttpOnly; Secure; SameSite=Strict$/)
  assert.equal(
    (await send('GET', '/session', undefined, { cookie: cookie.split(';', 1)[0] ?? '' })).status,
    200,
  )
})

test('over TLS, also where a load balancer ends it, a cookie that another host of the site may have set is nobody’s', async () => {
  const session = await signIn('anna')
  const secure = { ...session, origin: `https://${new URL(server.httpUrl).host}` }
  assert.deepEqual(codeOf(await send('DELETE', '/session', undefined, secure)), [401, 'SESSION_MISSING'])
  assert.equal((await send('DELETE', '/session', undefined, session)).status, 200)
})

test('a signed out session is over, and says so', async () => {
  const session = await signIn('anna')
  const { cookies } = await send('DELETE', '/session', undefined, session)
  assert.equal(cookies.length, 2)
  for (const each of cookies) assert.match(each, /^(__Host-)?pillion_session=;.* Expires=Thu, 01 Jan 1970/)
  assert.deepEqual(codeOf(await send('GET', '/session', undefined, session)), [401, 'SESSION_ENDED'])
  assert.deepEqual(codeOf(await send('GET', '/session')), [401, 'SESSION_MISSING'])
})

test('who signs in where somebody else was signed in, ends that session', async () => {
  const before = await signIn('anna')
  await send('POST', '/session', { name: 'chief', password }, before)
  assert.deepEqual(codeOf(await send('GET', '/session', undefined, before)), [401, 'SESSION_ENDED'])
})

test('a wrong name or password is refused alike, kept in the audit log without what was typed, and slowed down', async () => {
  await addOperator('mia', 'operator')
  const wrong = await send('POST', '/session', { name: 'mia', password: 'wrong words here' })
  const unknown = await send('POST', '/session', { name: 'my secret words', password: 'mia' })
  assert.deepEqual(wrong.json, unknown.json)
  assert.deepEqual(codeOf(wrong), [401, 'SIGN_IN_REFUSED'])
  const [last, one] = await listAudit('action=session.refuse&count=2')
  assert.equal(last?.target, undefined)
  assert.equal(one?.target, 'operator:mia')
  assert.doesNotMatch(JSON.stringify([last, one]), /secret words|wrong words/)
  for (let count = 0; count < 2; count++) await send('POST', '/session', { name: 'mia', password: 'no' })
  const held = await send('POST', '/session', { name: 'mia', password })
  assert.deepEqual(codeOf(held), [429, 'SIGN_IN_FAILURES_TOO_MANY'])
  assert.match(String(held.headers['retry-after']), /^\d+$/)
})

test('what changes something with a cookie needs the session’s CSRF token and a page of this very host', async () => {
  await addOperator('zoe', 'admin')
  const { cookie, ...csrf } = await signIn('zoe')
  const other = await signIn('anna')
  const app = `http://${appHost(server, 'demo')}`
  const rows: [name: string, headers: Record<string, string>, status: number][] = [
    ['without', { cookie }, 403],
    ['with a wrong one', { cookie, 'x-pillion-csrf': 'x' }, 403],
    ['with one of another session', { cookie, 'x-pillion-csrf': other['x-pillion-csrf'] }, 403],
    ['of an app’s page', { cookie, ...csrf, origin: app }, 403],
    ['of an app’s page, as the browser says', { cookie, ...csrf, 'sec-fetch-site': 'same-site' }, 403],
    ['of nowhere', { cookie, ...csrf, origin: 'null' }, 403],
    ['of another port', { cookie, ...csrf, origin: 'http://127.0.0.1:1' }, 403],
    ['of the console', { cookie, ...csrf, origin, 'sec-fetch-site': 'same-origin' }, 201],
    ['of a program', { cookie, ...csrf }, 201],
  ]
  for (const [index, [name, headers, status]] of rows.entries()) {
    const answer = await send('POST', '/partners', { uid: `CSRF${index}` }, headers)
    assert.equal(answer.status, status, name)
    if (status === 403) assert.equal(answer.json.code, 'CSRF_REFUSED', name)
  }
  const foreign = { cookie, 'sec-fetch-site': 'same-site' }
  assert.deepEqual(codeOf(await send('GET', '/partners', undefined, foreign)), [403, 'CSRF_REFUSED'])
  const login = await send('POST', '/session', { name: 'anna', password }, { origin: app })
  assert.deepEqual(codeOf(login), [403, 'CSRF_REFUSED'])
})

test('a role is named when it is too low, and the admin token needs no CSRF token', async () => {
  const { status, json } = await send('POST', '/partners', { uid: 'LOW' }, await signIn('anna'))
  assert.deepEqual([status, json.code], [403, 'ROLE_TOO_LOW'])
  assert.match(json.detail, /needs the role admin; operator:anna has viewer/)
  assert.equal((await askAdmin(server, 'POST', '/partners', { uid: 'HIGH' })).status, 201)
})

test('a changed role, a password or a removal ends sessions, and answers that go on, within a second or two', async () => {
  await addOperator('leo', 'viewer')
  const session = await signIn('leo')
  const ended = new Promise<void>((resolve, reject) => {
    const options = { headers: session, agent: false }
    get(`${server.httpUrl}/admin/v1/live`, options, (response) => {
      assert.equal(response.statusCode, 200)
      response
        .resume()
        .once('close', resolve)
        .once('error', () => {})
      void askAdmin(server, 'PATCH', '/operators/leo', { role: 'operator' }).catch(reject)
    })
  })
  await ended
  assert.deepEqual(codeOf(await send('GET', '/session', undefined, session)), [401, 'SESSION_ENDED'])
  const again = await signIn('leo')
  await askAdmin(server, 'DELETE', '/operators/leo')
  assert.deepEqual(codeOf(await send('GET', '/session', undefined, again)), [401, 'SESSION_ENDED'])
})

test('an operator changes the own password with the present one, and is signed in nowhere else afterwards', async () => {
  await addOperator('kim', 'viewer')
  const [here, elsewhere] = [await signIn('kim'), await signIn('kim')]
  const change = (given: string, newPassword: string) =>
    send('POST', '/session/password', { password: given, newPassword }, here)
  assert.deepEqual(codeOf(await change('not the one', 'five other random words')), [401, 'SIGN_IN_REFUSED'])
  assert.deepEqual(codeOf(await change(password, 'kimkimkimkim')), [400, 'PASSWORD_TOO_WEAK'])
  const { status, cookies } = await change(password, 'five other random words')
  assert.equal(status, 200)
  for (const old of [here, elsewhere])
    assert.equal((await send('GET', '/session', undefined, old)).status, 401)
  const cookie = cookies[0]?.split(';', 1)[0] ?? ''
  assert.equal((await send('GET', '/session', undefined, { cookie })).status, 200)
  assert.equal((await send('POST', '/session', { name: 'kim', password })).status, 401)
  await signIn('kim', 'five other random words')
})

/** The code of an authenticator app, so many half minutes from now. */
function codeOfApp(secret: string, steps = 0): string {
  return TOTP.generate({ secret: Secret.fromBase32(secret), timestamp: Date.now() + steps * 30_000 })
}

async function turnOn(name: string) {
  const session = await signIn(name)
  const { status, json } = await send('POST', '/session/second-factor', { password }, session)
  assert.equal(status, 201, JSON.stringify(json))
  const { secret, uri } = json as ProposedSecondFactor
  const confirmed = await send('POST', '/session/second-factor/confirm', { code: codeOfApp(secret) }, session)
  assert.equal(confirmed.status, 200, JSON.stringify(confirmed.json))
  const { recoveryCodes } = confirmed.json as TurnedOnSecondFactor
  const cookie = confirmed.cookies[0]?.split(';', 1)[0] ?? ''
  const own = { cookie, 'x-pillion-csrf': (confirmed.json as TurnedOnSecondFactor).session.csrfToken }
  return { before: session, own, secret, uri, recoveryCodes }
}

test('a second factor is turned on with the password and a code, and then asked for when signing in', async () => {
  await addOperator('eve', 'viewer')
  const other = await signIn('eve')
  const begin = (body: object) => send('POST', '/session/second-factor', body, other)
  assert.deepEqual(codeOf(await begin({})), [401, 'SIGN_IN_REFUSED'])
  const early = await send('POST', '/session/second-factor/confirm', { code: '123456' }, other)
  assert.deepEqual(codeOf(early), [409, 'SECOND_FACTOR_NOT_ON'])
  const { before, own, secret, uri, recoveryCodes } = await turnOn('eve')
  assert.match(uri, /^otpauth:\/\/totp\/Pillion:eve%20\(127\.0\.0\.1\)\?issuer=Pillion&secret=[A-Z2-7]{32}&/)
  assert.deepEqual([recoveryCodes.length, new Set(recoveryCodes).size], [10, 10])
  for (const each of recoveryCodes) assert.match(each, /^([a-z2-7]{5}-){4}[a-z2-7]{6}$/)
  for (const ended of [before, other])
    assert.deepEqual(codeOf(await send('GET', '/session', undefined, ended)), [401, 'SESSION_ENDED'])
  const { json: state } = await send('GET', '/session/second-factor', undefined, own)
  assert.deepEqual([(state as SecondFactor).isOn, (state as SecondFactor).recoveryCodes], [true, 10])
  assert.equal((await send('GET', '/session', undefined, own)).json.secondFactor, 'on')

  const post = (code?: string, given = password) =>
    send('POST', '/session', { name: 'eve', password: given, ...(code === undefined ? {} : { code }) })
  assert.deepEqual(codeOf(await post()), [401, 'SECOND_FACTOR_NEEDED'])
  // Nobody learns of it, nor uses up a code, without the password.
  assert.deepEqual(codeOf(await post(recoveryCodes[0], 'wrong words here')), [401, 'SIGN_IN_REFUSED'])
  const next = codeOfApp(secret, 1)
  assert.equal((await post(`${next.slice(0, 3)} ${next.slice(3)}`)).status, 200)
  const [first = '', second = ''] = recoveryCodes
  assert.equal((await post(first.toUpperCase().replaceAll('-', ''))).status, 200)
  const [begun] = await listAudit('action=session.begin&actor=operator:eve&count=1')
  assert.deepEqual(begun?.details, { secondFactor: 'recovery-code' })
  assert.deepEqual(codeOf(await post(next)), [401, 'SECOND_FACTOR_REFUSED'])
  const [refused] = await listAudit('action=session.refuse-code&count=1')
  assert.equal(refused?.target, 'operator:eve')
  // The third wrong guess of this name: as with passwords, it is slowed down, also with what is right.
  assert.deepEqual(codeOf(await post(first)), [429, 'SIGN_IN_FAILURES_TOO_MANY'])
  assert.deepEqual(codeOf(await post(second)), [429, 'SIGN_IN_FAILURES_TOO_MANY'])
  const record = JSON.stringify(await listAudit('count=500'))
  for (const shown of [secret, next, first, second, password]) assert.ok(!record.includes(shown))
})

test('a second factor is turned off, and gets new recovery codes, with the password and a code', async () => {
  await addOperator('max', 'viewer')
  const { own, recoveryCodes } = await turnOn('max')
  const [one, two] = recoveryCodes
  const again = await send('POST', '/session/second-factor', { password }, own)
  assert.deepEqual(codeOf(again), [409, 'SECOND_FACTOR_ALREADY_ON'])
  const path = '/session/second-factor'
  const wrong = await send('DELETE', path, { password, code: '0000-0000' }, own)
  assert.deepEqual(codeOf(wrong), [401, 'SECOND_FACTOR_REFUSED'])
  const renewed = await send('POST', `${path}/recovery-codes`, { password, code: one }, own)
  assert.equal(renewed.status, 201)
  const fresh = (renewed.json as RecoveryCodes).recoveryCodes
  assert.equal(fresh.length, 10)
  const old = await send('POST', '/session', { name: 'max', password, code: two })
  assert.deepEqual(codeOf(old), [401, 'SECOND_FACTOR_REFUSED'])
  const off = await send('DELETE', path, { password, code: fresh[0] }, own)
  assert.deepEqual([off.status, (off.json as Session).secondFactor], [200, 'off'])
  assert.equal((await send('GET', '/session', undefined, own)).status, 401)
  await signIn('max')
})

test('an admin resets a lost second factor, which signs its operator out and is on record', async () => {
  await addOperator('ida', 'viewer')
  const { own } = await turnOn('ida')
  const listed = (await askAdmin(server, 'GET', '/operators')).json as Operator[]
  assert.equal(listed.find(({ name }) => name === 'ida')?.secondFactor, 'on')
  const { status, json } = await askAdmin(server, 'PATCH', '/operators/ida', { secondFactor: 'off' })
  assert.deepEqual([status, (json as Operator).secondFactor], [200, 'off'])
  assert.deepEqual(codeOf(await send('GET', '/session', undefined, own)), [401, 'SESSION_ENDED'])
  const [entry] = await listAudit('action=operator.update&target=operator:ida&count=1')
  assert.deepEqual(entry?.details, { secondFactor: 'off' })
  await signIn('ida')
  assert.equal((await askAdmin(server, 'PATCH', '/operators/ida', { secondFactor: 'on' })).status, 400)
})

test('an operator sees where it is signed in, and ends all but here', async () => {
  await addOperator('uma', 'viewer')
  const [elsewhere, here] = [await signIn('uma'), await signIn('uma')]
  const { json } = await send('GET', '/session/all', undefined, here)
  assert.deepEqual(
    (json as OwnSession[]).map(({ isThis, address }) => [isThis, address]),
    [
      [true, '127.0.0.1'],
      [false, '127.0.0.1'],
    ],
  )
  const { json: left } = await send('DELETE', '/session/others', undefined, here)
  assert.equal((left as OwnSession[]).length, 1)
  assert.deepEqual(codeOf(await send('GET', '/session', undefined, elsewhere)), [401, 'SESSION_ENDED'])
  assert.equal((await send('GET', '/session', undefined, here)).status, 200)
})

test('operators are listed without secrets, and the last admin stays', async () => {
  const { json } = await askAdmin(server, 'GET', '/operators')
  assert.doesNotMatch(JSON.stringify(json), /scrypt|password/)
  const admins = (json as { name: string; role: string }[]).filter(({ role }) => role === 'admin')
  for (const { name } of admins.slice(1)) await askAdmin(server, 'DELETE', `/operators/${name}`)
  const last = `/operators/${admins[0]?.name}`
  for (const change of [{ role: 'operator' }, { isDisabled: true }])
    assert.deepEqual(codeOf(await patch(last, change)), [409, 'LAST_ADMIN'])
  assert.deepEqual(codeOf(await patch('/operators/nobody', { role: 'admin' })), [404, 'OPERATOR_NOT_FOUND'])
  assert.deepEqual(codeOf(await patch(last, {})), [400, 'REQUEST_MALFORMED'])
  const { status, json: refused } = await askAdmin(server, 'DELETE', last)
  assert.deepEqual([status, (refused as { code: string }).code], [409, 'LAST_ADMIN'])

  async function patch(path: string, body: unknown) {
    const answer = await askAdmin(server, 'PATCH', path, body)
    return { status: answer.status, json: answer.json as { code: string } }
  }
})

test('a disabled operator cannot sign in, and a made password is shown once', async () => {
  const added = await askAdmin(server, 'POST', '/operators', { name: 'ole', role: 'viewer' })
  const made = (added.json as { password: string }).password
  assert.match(made, /^[\w-]{24}$/)
  await signIn('ole', made)
  await askAdmin(server, 'PATCH', '/operators/ole', { isDisabled: true })
  assert.deepEqual(codeOf(await send('POST', '/session', { name: 'ole', password: made })), [
    401,
    'SIGN_IN_REFUSED',
  ])
})

test('the audit log tells who did what from where, what failed, and that it is whole', async () => {
  const session = await signIn('chief').catch(() => signIn('zoe'))
  const sent = { uid: 'AUDITED', name: 'Audited' }
  await send('POST', '/partners', sent, session)
  await send('POST', '/partners', sent, session)
  const [failure, second, first] = await listAudit('target=partner:AUDITED')
  assert.match(first?.actor ?? '', /^operator:(chief|zoe)$/)
  assert.deepEqual(
    [first?.action, first?.target, first?.details, first?.address],
    ['partner.add', 'partner:AUDITED', sent, '127.0.0.1'],
  )
  assert.deepEqual(failure?.details, { of: second?.number, status: 409, failed: 'PARTNER_ALREADY_EXISTS' })
  await send('POST', '/partners/AUDITED/revocations', { what: 'everything', isTrial: true }, session)
  assert.equal((await listAudit('target=partner:AUDITED'))[0]?.action, 'partner.revoke-trial')
  await askAdmin(server, 'POST', '/vehicles', { vins: ['VF7AUDITED0000001'] })
  assert.equal((await listAudit('target=vehicle:VF7AUDITED0000001'))[0]?.action, 'vehicle.add')
  assert.equal((await listAudit('action=server.start')).at(-1)?.actor, 'server')
  const whole = (await askAdmin(server, 'GET', '/audit/check')).json as { isWhole: boolean; entries: number }
  assert.equal(whole.isWhole, true)

  const { json } = await askAdmin(server, 'GET', '/audit?count=3')
  const page = json as AuditPage
  assert.equal(page.entries.length, 3)
  const { json: rest } = await askAdmin(server, 'GET', `/audit?count=500&before=${page.next}`)
  assert.equal((rest as AuditPage).entries[0]?.number, (page.entries[2]?.number ?? 0) - 1)
  assert.equal((rest as AuditPage).next, undefined)
  for (const query of ['count=501', 'count=0', 'before=x', 'since=yesterday', 'who=me'])
    assert.equal((await askAdmin(server, 'GET', `/audit?${query}`)).status, 400, query)
  const all = JSON.stringify([page, rest])
  for (const secret of [password, server.adminToken, session.cookie.split('=')[1] ?? '', 'scrypt'])
    assert.ok(!all.includes(secret), secret)
})

test('hosts of apps lead neither to the operator’s REST nor to the console', async () => {
  const host = appHost(server, 'demo')
  for (const path of ['/admin/v1/status', '/admin/v1/session', '/console/', '/console/index.html']) {
    const headers = { host, authorization: `Bearer ${server.adminToken}` }
    assert.equal((await ask(server, path, { headers })).status, 404, path)
  }
})

test('under the names that apps can set cookies for there is no session, and the console is elsewhere', async () => {
  const { cookie } = await signIn('anna')
  const port = new URL(server.httpUrl).port
  const host = `pillion.localhost:${port}`
  const here = { host, origin: `http://${host}` }
  const refused: [method: string, path: string, body?: unknown][] = [
    ['POST', '/session', { name: 'anna', password }],
    ['POST', '/operators/first', { link: 'x', name: 'thief', password }],
    ['GET', '/session'],
    ['GET', '/partners'],
    ['DELETE', '/session'],
  ]
  for (const [method, path, body] of refused) {
    const answer = await send(method, path, body, { ...here, cookie })
    assert.deepEqual([...codeOf(answer), answer.cookies], [421, 'HOST_REFUSED', []], `${method} ${path}`)
  }
  assert.equal((await send('GET', '/session', undefined, { cookie })).status, 200)
  for (const path of ['/console/', '/console', '/console/index.html', '/console/?x=1']) {
    const { status, headers } = await ask(server, path, { headers: { host } })
    assert.deepEqual([status, headers.location], [302, `//127.0.0.1:${port}/console/`], path)
  }
})

test('a body that a form of another site could send is refused, and addresses that cannot be read say no more', async () => {
  for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data']) {
    const headers = { 'content-type': type, authorization: `Bearer ${server.adminToken}` }
    const answer = await send('POST', '/partners', { uid: 'FORM' }, headers)
    assert.deepEqual(codeOf(answer), [415, 'MEDIA_TYPE_UNSUPPORTED'], type)
  }
  const { status, headers } = await send('GET', '/partners/%ff')
  assert.deepEqual([status, headers['x-content-type-options']], [400, 'nosniff'])
})
