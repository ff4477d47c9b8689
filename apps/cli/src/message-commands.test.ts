import assert from 'node:assert/strict'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer as createHttpServer, request as requestHttp } from 'node:http'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { type MessagePage, vehicleNoticeTopic } from '@pillion/schema'
import { CommandStage } from './command-stage.fixture.ts'
import { exitCodes } from './exit-codes.ts'
import { runPillion, startPillion } from './run-pillion.ts'

const vin = 'VF3CAR00000000001'
const secondVin = 'VF3CAR00000000002'
const stage = await CommandStage.open()
after(() => stage.close())
const { cwd, pillion, json, assertRefused } = stage
await pillion('partner', 'add', 'acme')
await pillion('app', 'add', 'parking', '--partner', 'acme')
const [{ password }] = await json<[{ password: string }]>('vehicle', 'add', vin, secondVin)
await pillion('app', 'subscribe', 'parking', vin, secondVin)

test('send says plainly when no head unit is connected', async () => {
  const { exitCode, stdout, stderr } = await pillion('send', vin, '--app', 'parking', '{"free":12}')
  assert.equal(exitCode, exitCodes.ok, stderr)
  assert.equal(stdout, `No head unit of ${vin} is connected: the message is kept for it, 24 h at most.\n`)
  assert.match(stderr, /Open http:\/\/127\.0\.0\.1:\d+\/portal\//)
  const { id, ...answer } = await json<{ id: string }>('send', vin, '--app', 'parking', '1')
  assert.match(id, /^[0-9A-Z]{26}$/)
  assert.deepEqual(answer, { routedTo: 0, keptSeconds: 86_400 })
  const popup = await pillion('send', vin, '--app', 'parking', '--popup', 'Hi')
  assert.match(popup.stdout, /is kept for it, 120 s at most, and not shown late\.\n$/)
  const empty = await pillion('send', vin, '--app', 'parking', '--popup', '')
  assert.equal(empty.exitCode, exitCodes.usage)
  assert.match(empty.stderr, /--popup takes the text to show/)
})

test('mailbox list and empty show and drop what waits', async () => {
  assert.match(
    (await pillion('mailbox', 'list')).stdout,
    new RegExp(`^${vin}\\tparking\\tacme\\t3\\t\\d+\\t2`),
  )
  const unasked = await pillion('mailbox', 'empty', vin)
  assert.equal(unasked.exitCode, exitCodes.usage)
  assert.match(unasked.stderr, /3 messages for VF3CAR00000000001 will be dropped\. Add --yes/)
  const lower = await pillion('mailbox', 'empty', vin, '--app', 'nothing')
  assert.match(lower.stderr, /0 messages for/)
  assert.deepEqual(await json('mailbox', 'empty', vin, '--yes'), { messages: 3 })
})

test('send reaches a head unit, with content from the argument or stdin, as message or popup (W 3.1, 3.2)', async () => {
  const headUnit = await stage.connectHeadUnit(vin, password)
  const received: unknown[] = []
  headUnit.on('message', (_, payload) => received.push(JSON.parse(String(payload))))
  try {
    const message = await pillion('send', vin, '--app', 'parking', '{"free":12}')
    assert.equal(message.stdout, `Sent to 1 head unit of ${vin}.\n`, message.stderr)
    const popup = ['send', vin, '--app', 'parking', '-', '--popup', 'Hello', '--no-button', '--json']
    const { stdout } = await runPillion(popup, { cwd, stdin: '["a"]' })
    assert.match(stdout, /^\{"id":"[0-9A-Z]{26}","routedTo":1\}\n$/)
    await pillion('send', vin, '--app', 'parking', '--popup', 'Bare')
    while (received.length < 3) await wait(20)
    assert.deepEqual(received[0], { idApp: 'parking', popup: false, content: { free: 12 } })
    assert.deepEqual(received[1], {
      idApp: 'parking',
      popup: true,
      popupBtn: false,
      popupText: 'Hello',
      content: ['a'],
    })
    assert.ok(!Object.hasOwn(received[2] as object, 'content'))
  } finally {
    await headUnit.endAsync()
  }
})

test('trace tells what became of a message, by its id, by what it is about, and as it happens', async () => {
  const sent = await pillion('send', vin, '--app', 'parking', '{"free":1}')
  const [, id = ''] = /^What becomes of it: pillion trace ([0-9A-Z]{26})$/m.exec(sent.stderr) ?? []
  const { stdout, stderr, exitCode } = await pillion('trace', id)
  assert.equal(exitCode, exitCodes.ok, stderr)
  const [title = '', ...steps] = stdout.trimEnd().split('\n')
  assert.ok(title.startsWith(id))
  assert.match(title, new RegExp(`downlink from operator to ${vin}, app parking, \\d+ B$`))
  assert.match(steps[0] ?? '', /^ {2}\d\d:\d\d:\d\d\.\d{3} {2}accepted {8}Pillion has taken it/)
  assert.match(steps[1] ?? '', /kept .*In the mailbox of the vehicle, which is away/)
  const { messages } = await json<MessagePage>('trace', '--vin', vin, '--app', 'parking', '--since', '10m')
  assert.deepEqual(messages[0], JSON.parse((await pillion('trace', id, '--json')).stdout))
  assert.match((await pillion('trace', '--vin', secondVin)).stderr, /No message that is remembered/)

  const following = startPillion(['trace', '--vin', vin, '--count', '1', '--follow'], { cwd })
  await following.printed('stderr', /Following what happens to messages; Ctrl-C ends/)
  const next = await json<{ id: string }>('send', vin, '--app', 'parking', '{"free":2}')
  await following.printed('stdout', new RegExp(`\n\n${next.id} [^\n]*\n[^\n]* accepted [^\n]*\n[^\n]* kept `))
  following.child.kill('SIGINT')
  assert.equal((await following.finished).exitCode, exitCodes.ok)
})

test('trace --follow misses nothing between what is remembered and what comes', async () => {
  const { url } = JSON.parse(readFileSync(join(cwd, 'pillion-data/server.json'), 'utf8')) as { url: string }
  let between = ''
  // What is remembered arrives late: meanwhile a message is sent.
  const way = createHttpServer((request, response) => {
    const { method, headers } = request
    const forward = requestHttp(url + request.url, { method, headers }, async (answer) => {
      if (request.url?.startsWith('/admin/v1/messages?') && between === '')
        between = (await json<{ id: string }>('send', vin, '--app', 'parking', '{"free":3}')).id
      response.writeHead(answer.statusCode ?? 0, answer.headers)
      response.flushHeaders()
      answer.pipe(response)
      response.on('close', () => answer.destroy())
    })
    request.pipe(forward)
  }).listen(0, '127.0.0.1')
  await once(way, 'listening')
  const where = ['--server', `http://127.0.0.1:${(way.address() as { port: number }).port}`]
  const wanted = ['--vin', vin, '--state', 'kept', '--count', '1']
  const args = ['trace', ...wanted, '--follow', ...where, '--data', 'pillion-data']
  const following = startPillion(args, { cwd })
  try {
    const story = /\n\n(\S+) [^\n]*\n[^\n]* accepted [^\n]*\n[^\n]* kept /
    const [, id] = await following.printed('stdout', story)
    assert.equal(id, between)
  } finally {
    following.child.kill('SIGINT')
    await following.finished
    way.closeAllConnections()
    way.close()
  }
  const quiet = startPillion(['trace', '--vin', secondVin, '--follow'], { cwd })
  await quiet.printed('stderr', /Following/)
  quiet.child.kill('SIGINT')
  assert.doesNotMatch((await quiet.finished).stderr, /No message/)
})

test('trace says why it may know nothing of an id, and which field of a query is wrong', async () => {
  await assertRefused(['trace', '0'.repeat(26)], /no record has this id; /, 'MESSAGE_NOT_FOUND')
  const short = await pillion('trace', '01M8')
  assert.match(short.stderr, /"01M8" as its id, receipt or pushMessageID\. An id has 26 .*--vin/)
  assert.doesNotMatch(short.stderr, /\/messages/)
  await assertRefused(['trace', '--since', 'noon'], /since: got "noon"/, 'MESSAGE_QUERY_MALFORMED')
  assert.equal((await pillion('trace', 'r-1', '--vin', vin)).exitCode, exitCodes.usage)
})

test('send refuses an app or vehicle that is not there', async () => {
  await assertRefused(['send', vin, '--app', 'nothing', '1'], /nothing/, 'APP_NOT_FOUND')
})

test('listen prints one line per uplink, goes on over a restart and ends cleanly (W 3.3)', async () => {
  const text = startPillion(['listen', '--partner', 'acme'], { cwd })
  const lines = startPillion(['listen', '--partner', 'acme', '--json'], { cwd })
  await text.printed('stderr', /Listening for what vehicles send to acme/)
  await publishUntil(
    { content: 'before' },
    text.printed('stdout', /before/),
    lines.printed('stdout', /before/),
  )
  const [line] = await text.printed('stdout', /^.*before.*\n/)
  assert.match(line, /^\d\d:\d\d:\d\d {2}VF3CAR00000000001 {2}"before"\n$/)
  for (const [at, signal] of (['SIGTERM', 'SIGKILL'] as const).entries()) {
    stage.server.child.kill(signal)
    await stage.server.finished
    await text.printed('stderr', timesOver(at + 1, 'The server hung up; trying again'))
    await stage.startServer()
    await text.printed('stderr', timesOver(at + 1, 'The server is back; listening again'))
    await lines.printed('stderr', timesOver(at + 1, 'The server is back'))
  }
  await publishUntil(
    { content: { a: 'after' } },
    text.printed('stdout', /\{"a":"after"\}/),
    lines.printed('stdout', /after/),
  )
  for (const { child } of [text, lines]) child.kill('SIGINT')
  assert.equal((await text.finished).exitCode, exitCodes.ok)
  const { exitCode, stdout } = await lines.finished
  assert.equal(exitCode, exitCodes.ok)
  const parsed = stdout
    .trim()
    .split('\n')
    .map((each) => JSON.parse(each))
  assert.deepEqual([parsed[0].vin, parsed[0].subtopic, parsed[0].payload], [vin, '', { content: 'before' }])
})

function timesOver(count: number, text: string): RegExp {
  return new RegExp(`(${text}.*){${count}}`, 's')
}

/** Again and again until it was seen: a listener that has just connected may miss the first. */
async function publishUntil(payload: object, ...seen: Promise<unknown>[]): Promise<void> {
  const headUnit = await stage.connectHeadUnit(vin, password)
  const topic = `psa/OVIPPartners-Dev/from/uid/acme/opa/${vin}/`
  const timer = setInterval(() => headUnit.publish(topic, JSON.stringify(payload)), 100)
  try {
    await Promise.all(seen)
  } finally {
    clearInterval(timer)
    await headUnit.endAsync()
  }
}

test('vehicle set sets signals of an open head unit: JSON, or text as it is (W 10)', async () => {
  const nobody = await pillion('vehicle', 'set', vin, 'speedKmh=90')
  assert.equal(nobody.stdout, `No head unit of ${vin} is connected: nothing was set.\n`)
  assert.match(nobody.stderr, /Open http:\/\/127\.0\.0\.1:\d+\/portal\//)
  const headUnit = await stage.connectHeadUnit(vin, password)
  const notices: unknown[] = []
  headUnit.on('message', (_, payload) => notices.push(JSON.parse(String(payload))))
  try {
    await headUnit.subscribeAsync(vehicleNoticeTopic(vin))
    const pairs = [
      'speedKmh=90',
      'privacyMode=Private',
      'position=null',
      'media={"state":2}',
      'media.track=7',
    ]
    const set = await pillion('vehicle', 'set', vin, ...pairs, 'radio.text="true"', 'media.album=a=b')
    assert.equal(set.stdout, `Set in 1 head unit of ${vin}.\n`, set.stderr)
    while (notices.length < 1) await wait(20)
    const media = { state: 2, track: '7', album: 'a=b' }
    const signals = { speedKmh: 90, privacyMode: 'Private', position: null, media, radio: { text: 'true' } }
    assert.deepEqual(notices, [{ signals }])
  } finally {
    await headUnit.endAsync()
  }
  await assertRefused(
    ['vehicle', 'set', vin, 'speedKmh=fast'],
    /must be a number from 0 to 999/,
    'SIGNAL_MALFORMED',
  )
  await assertRefused(
    ['vehicle', 'set', vin, 'brand=4', 'theme=9'],
    /one of 0, 1 with brand 4/,
    'SIGNAL_MALFORMED',
  )
  assert.equal((await pillion('vehicle', 'set', vin, 'speedKmh')).exitCode, exitCodes.usage)
})

test('listen refuses a partner that is not there', async () => {
  await assertRefused(['listen', '--partner', 'nobody'], /nobody/, 'PARTNER_NOT_FOUND')
})
