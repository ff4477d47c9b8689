import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { exitCodes } from './exit-codes.ts'
import { type Finished, type Running, runPillion, startPillion } from './run-pillion.ts'

const cwd = mkdtempSync(join(tmpdir(), 'pillion-cli-'))
const freePorts = ['--http', '0', '--https', '0', '--mqtt', '0', '--mqtts', '0', '--partners', '0']
let server: Running
let url = ''

before(async () => {
  server = startPillion(['serve', '--json', ...freePorts], { cwd })
  const [line] = await server.printed('stdout', /^\{.*\}\n/)
  const { listeners } = JSON.parse(line) as { listeners: { name: string; address: string }[] }
  url = `http://${listeners.find(({ name }) => name === 'http')?.address}`
})
after(async () => {
  server.child.kill('SIGTERM')
  await server.finished
  rmSync(cwd, { recursive: true })
})

function pillion(...args: string[]): Promise<Finished> {
  return runPillion(args, { cwd })
}

async function json<Value>(...args: string[]): Promise<Value> {
  const { exitCode, stdout, stderr } = await pillion(...args, '--json')
  assert.equal(exitCode, exitCodes.ok, stderr)
  assert.equal(stderr, '')
  return JSON.parse(stdout) as Value
}

/** A request of the push REST, as whoever signs in with `token`. */
async function rest(method: string, path: string, body?: unknown, token?: string): Promise<Response> {
  const answer = await fetch(`${url}/api/apps/harbour01${path}`, {
    method,
    headers: {
      'x-kii-appid': 'harbour01',
      'x-kii-appkey': 'key4harbour',
      'content-type': 'application/json',
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  assert.ok(answer.ok, `${method} ${path}: ${answer.status} ${answer.ok ? '' : await answer.text()}`)
  return answer
}

test('push-app list, push send and push listen say how to begin while there is nothing', async () => {
  const list = await pillion('push-app', 'list')
  assert.deepEqual([list.exitCode, list.stdout], [exitCodes.ok, ''])
  assert.match(list.stderr, /add one with `pillion push-app add`/)
  for (const args of [['send', '--to', 'user:mia', '{}'], ['listen']]) {
    const { exitCode, stderr } = await pillion('push', ...args)
    assert.equal(exitCode, exitCodes.refused)
    assert.match(stderr, /no push app yet; add one with `pillion push-app add`/)
  }
})

test('push-app add keeps the credentials it is given, the secret from a file, and shows how a page begins', async () => {
  writeFileSync(join(cwd, 'secret.txt'), 'the-secret-of-the-original\n')
  const { exitCode, stdout, stderr } = await pillion(
    'push-app',
    'add',
    'harbour01',
    ...['--app-key', 'key4harbour', '--client-id', 'client4harbour', '--client-secret-file', 'secret.txt'],
  )
  assert.equal(exitCode, exitCodes.ok, stderr)
  const rows = Object.fromEntries(
    stdout
      .trim()
      .split('\n')
      .map((line) => line.split(/ +/)),
  )
  assert.deepEqual(rows, {
    appID: 'harbour01',
    appKey: 'key4harbour',
    clientID: 'client4harbour',
    clientSecret: 'the-secret-of-the-original',
    site: `${url}/api`,
  })
  assert.match(stderr, /shown once/)
  assert.ok(stderr.includes(`<script src="${url}/sdk/push-sdk.js"></script>`), stderr)
  assert.ok(stderr.includes(`Kii.initializeWithSite('harbour01', 'key4harbour', '${url}/api')`), stderr)
})

test('push-app add takes a secret from stdin, and none that is empty', async () => {
  const stdin = 'another-secret-of-the-original'
  const args = ['push-app', 'add', 'piped0001', '--client-secret-file', '-']
  const { stdout } = await runPillion(args, { cwd, stdin })
  assert.match(stdout, /^clientSecret +another-secret-of-the-original$/m)
  const empty = await runPillion(['push-app', 'add', '--client-secret-file', '-'], { cwd, stdin: '\n' })
  assert.equal(empty.exitCode, exitCodes.usage)
  assert.match(empty.stderr, /must hold the client secret and nothing else/)
})

test('push-app add refuses an appID that is taken or cannot be (P 1.6)', async () => {
  for (const [appID, says] of [
    ['harbour01', /The appID is taken/],
    ['no/good', /appID/],
  ] as const) {
    const { exitCode, stderr } = await pillion('push-app', 'add', appID)
    assert.equal(exitCode, exitCodes.refused)
    assert.match(stderr, says)
  }
})

test('push-app list is tab-separated when piped, and has no secrets', async () => {
  const { stdout } = await pillion('push-app', 'list')
  assert.match(stdout, /^harbour01\tkey4harbour\tclient4harbour\tenabled\t-\t\S+\npiped0001\t/)
  assert.doesNotMatch(stdout, /secret/)
})

test('push-app update changes what is named, and wants something named', async () => {
  const args = ['--token-seconds', '3600', '--refresh-tokens', '--disable']
  const { stdout } = await pillion('push-app', 'update', 'piped0001', ...args)
  assert.match(stdout, /^state +disabled\nsettings +tokens 3600 s, refresh tokens$/m)
  const back = await json<{ isDisabled: boolean; settings: object }>(
    'push-app',
    'update',
    'piped0001',
    '--enable',
    '--no-refresh-tokens',
  )
  assert.equal(back.isDisabled, false)
  assert.deepEqual(back.settings, {
    tokenSeconds: 3_600,
    hasRefreshTokens: false,
    exposesUsers: false,
    ownershipNeedsPassword: false,
  })
  const recorded = await json<{ ledgerLevel: string }>('push-app', 'update', 'piped0001', '--ledger', 'off')
  assert.equal(recorded.ledgerLevel, 'off')
  const reset = await pillion('push-app', 'update', 'piped0001', '--enable', '--ledger', 'default')
  assert.match(reset.stdout, /^state +enabled\n(.*\n)*ledger +recent$/m)
  const unknown = await pillion('push-app', 'update', 'nothing01', '--ledger', 'default')
  assert.equal(unknown.exitCode, exitCodes.refused)
  for (const args of [[], ['--disable', '--enable'], ['--token-seconds', '1h']]) {
    assert.equal((await pillion('push-app', 'update', 'piped0001', ...args)).exitCode, exitCodes.usage)
  }
})

test('push-app rotate shows a new secret; --overlap 0 ends the old one (P 2.2)', async () => {
  const signIn = async (secret: string) => {
    const answer = await fetch(`${url}/api/apps/piped0001/oauth2/token`, {
      method: 'POST',
      headers: { 'x-kii-appid': 'piped0001', 'x-kii-appkey': appKey, 'content-type': 'application/json' },
      body: JSON.stringify({ client_id: clientID, client_secret: secret }),
    })
    await answer.arrayBuffer()
    return answer.status
  }
  const apps = await json<{ appID: string; appKey: string }[]>('push-app', 'list')
  const appKey = apps.find(({ appID }) => appID === 'piped0001')?.appKey ?? ''
  const first = 'another-secret-of-the-original'
  const text = await pillion('push-app', 'rotate', 'piped0001', '--overlap', '60')
  const [, clientID = '', second = ''] = /^clientID +(\S+)\nclientSecret +(\S+)$/m.exec(text.stdout) ?? []
  assert.match(text.stderr, /works until \d{4}-/)
  assert.deepEqual([await signIn(first), await signIn(second)], [200, 200])
  const { clientSecret } = await json<{ clientSecret: string }>(
    'push-app',
    'rotate',
    'piped0001',
    '--overlap',
    '0',
  )
  assert.deepEqual([await signIn(first), await signIn(second), await signIn(clientSecret)], [400, 400, 200])
})

test('push send and push listen want to be told which of several apps', async () => {
  const { exitCode, stderr } = await pillion('push', 'send', '--to', 'user:mia', '{}')
  assert.equal(exitCode, exitCodes.usage)
  assert.match(stderr, /say which with --app: harbour01, piped0001\./)
})

test('push-app remove wants --yes, and removes once', async () => {
  const careful = await pillion('push-app', 'remove', 'piped0001')
  assert.equal(careful.exitCode, exitCodes.usage)
  assert.match(
    careful.stderr,
    /Everything in piped0001 would be gone for good; .* --disable` keeps it\. Add --yes/,
  )
  const { stdout } = await pillion('push-app', 'remove', 'piped0001', '--yes')
  assert.equal(stdout, 'Removed piped0001 with everything in it; its connections were ended.\n')
  assert.equal((await pillion('push-app', 'remove', 'piped0001', '--yes')).exitCode, exitCodes.refused)
})

test('push send reaches users, things and topics, and push listen shows whom (P 8, 9)', async () => {
  const registered = await rest('POST', '/users', { loginName: 'mia', password: 'harbour-9' })
  const { userID } = (await registered.json()) as { userID: string }
  const token = await rest('POST', '/oauth2/token', { username: 'mia', password: 'harbour-9' })
  const { access_token: mia } = (await token.json()) as { access_token: string }
  await rest('POST', '/installations', { deviceType: 'MQTT', development: false }, mia)
  await rest('PUT', '/users/me/topics/news', undefined, mia)
  await rest('PUT', `/users/me/topics/news/push/subscriptions/users/${userID}`, undefined, mia)

  const text = startPillion(['push', 'listen'], { cwd })
  const lines = startPillion(['push', 'listen', '--app', 'harbour01', '--json'], { cwd })
  await text.printed('stderr', /Listening for what is pushed; Ctrl-C ends/)
  const [hint] = await Promise.all([
    sendUntil('user:mia', '{"text":"Your locker is open"}', text.printed('stdout', /^.*locker.*\n/m)),
    lines.printed('stdout', /^\{.*locker.*\}\n/m),
  ])
  const [, pushMessageID = ''] = /^Accepted as (\S+)\.\n$/.exec(hint.stdout) ?? []
  const story = await pillion('trace', pushMessageID)
  assert.match(story.stdout, new RegExp(`push from app to user:${userID} of push app harbour01, \\d+ B\n`))
  assert.match(story.stdout, /dropped .*not connected/)
  const [line] = await text.printed('stdout', /^.*locker.*\n/m)
  assert.match(
    line,
    new RegExp(`^\\d\\d:\\d\\d:\\d\\d {2}user:${userID} {2}\\(not connected\\) {2}\\{"text"`),
  )

  const stdin = '{"minutes":20}'
  const piped = ['push', 'send', '--to', 'topic:users/mia/news', '--app', 'harbour01', '-', '--json']
  const sent = await runPillion(piped, { cwd, stdin })
  assert.match(JSON.parse(sent.stdout).pushMessageID, /\S/)
  const [topicLine] = await lines.printed('stdout', /^\{.*"minutes".*\}\n/m)
  const delivery = JSON.parse(topicLine)
  assert.deepEqual([delivery.receiver, delivery.isConnected], [`user:${userID}`, false])
  assert.deepEqual([delivery.payload.minutes, delivery.payload.topic], [20, 'news'])

  for (const { child } of [text, lines]) child.kill('SIGINT')
  assert.equal((await text.finished).exitCode, exitCodes.ok)
  assert.equal((await lines.finished).exitCode, exitCodes.ok)
})

/** Again and again until it was seen: a listener that has just connected may miss the first. */
async function sendUntil(to: string, data: string, seen: Promise<unknown>): Promise<Finished> {
  let isSeen = false
  void seen.finally(() => {
    isSeen = true
  })
  for (;;) {
    const finished = await pillion('push', 'send', '--to', to, data)
    assert.equal(finished.exitCode, exitCodes.ok, finished.stderr)
    if (isSeen) return finished
  }
}

test('push send refuses nobody, what is no object, and what nobody can receive (P 8.2)', async () => {
  for (const [to, data, exitCode, says] of [
    ['mia', '{}', exitCodes.usage, /user:…, thing:… or topic:…/],
    ['user:mia', '"text"', exitCodes.usage, /The data is an object/],
    ['user:mia', 'text', exitCodes.usage, /single quotes/],
    ['user:nobody', '{}', exitCodes.refused, /no user nobody/],
    ['thing:nothing', '{}', exitCodes.refused, /no thing nothing/],
    ['topic:nowhere', '{}', exitCodes.refused, /no such topic/],
    ['user:mia', '{"nested":{}}', exitCodes.refused, /nested/],
    ['user:mia', JSON.stringify({ text: 'x'.repeat(4_096) }), exitCodes.refused, /4096/],
  ] as const) {
    const finished = await pillion('push', 'send', '--to', to, data)
    assert.deepEqual(
      [finished.exitCode, finished.stdout],
      [exitCode, ''],
      `${to} ${data}: ${finished.stderr}`,
    )
    assert.match(finished.stderr, says)
  }
})
