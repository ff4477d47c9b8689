import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createServer as createHttpServer, request as requestHttp } from 'node:http'
import { connect, createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import {
  type App,
  type ConnectionPage,
  type MessagePage,
  type Status,
  vehicleNoticeTopic,
} from '@pillion/schema'
import mqtt from 'mqtt'
import { create } from 'tar'
import { Tally } from './bench/tally.ts'
import { exitCodes } from './exit-codes.ts'
import { type Finished, type Running, runPillion, startPillion } from './run-pillion.ts'

const cwd = mkdtempSync(join(tmpdir(), 'pillion-cli-'))
const vin = 'VF3CAR00000000001'
const secondVin = 'VF3CAR00000000002'
const freePorts = ['--http', '0', '--https', '0', '--mqtt', '0', '--mqtts', '0', '--partners', '0']
let server: Running
let listeners: { name: string; address: string }[] = []
let mqttPort = 0
let vehiclePassword = ''

/** In `cwd`, so that the commands find the server in ./pillion-data without being told. */
async function startServer(): Promise<void> {
  server = startPillion(['serve', '--json', ...freePorts], { cwd })
  const [line] = await server.printed('stdout', /^\{.*\}\n/)
  listeners = (JSON.parse(line) as { listeners: typeof listeners }).listeners
  mqttPort = portOf('mqtt')
}

function portOf(listener: string): number {
  const address = listeners.find(({ name }) => name === listener)?.address
  return Number(address?.split(':').pop())
}

async function stopServer(): Promise<Finished> {
  server.child.kill('SIGTERM')
  return server.finished
}

before(startServer)
after(async () => {
  const { exitCode } = await stopServer()
  assert.equal(exitCode, exitCodes.ok, 'SIGTERM drains and ends with 0')
  assert.ok(!existsSync(join(cwd, 'pillion-data/server.json')))
  rmSync(cwd, { recursive: true })
})

async function pillion(...args: string[]): Promise<Finished> {
  return runPillion(args, { cwd })
}

async function json<Value>(...args: string[]): Promise<Value> {
  const { exitCode, stdout, stderr } = await pillion(...args, '--json')
  assert.equal(exitCode, exitCodes.ok, stderr)
  assert.equal(stderr, '')
  return JSON.parse(stdout) as Value
}

async function assertRefused(args: string[], says: RegExp, code: string): Promise<void> {
  const text = await pillion(...args)
  assert.equal(text.exitCode, exitCodes.refused, text.stderr)
  assert.match(text.stderr, says)
  assert.equal(text.stdout, '')
  const { error } = JSON.parse((await pillion(...args, '--json')).stderr)
  assert.equal(error.code, code)
}

test('lists say how to begin while there is nothing', async () => {
  for (const noun of ['partner', 'vehicle', 'app']) {
    const { exitCode, stdout, stderr } = await pillion(noun, 'list')
    assert.deepEqual([exitCode, stdout], [exitCodes.ok, ''])
    assert.match(stderr, new RegExp(`add one with \`pillion ${noun} add`))
  }
})

test('partner add prints uid, password and certificate, and what to do next', async () => {
  const { exitCode, stdout, stderr } = await pillion('partner', 'add', 'plain')
  assert.equal(exitCode, exitCodes.ok, stderr)
  assert.match(stdout, /^uid {7}plain\npassword {2}\S{43}\naddress {3}127\.0\.0\.1:\d+\n/)
  assert.match(stdout, /-----BEGIN CERTIFICATE-----.*-----BEGIN (EC )?PRIVATE KEY-----/s)
  assert.match(stderr, /shown once/)
})

test('partner add --out writes credentials that only their owner can read (W 2.2)', async () => {
  const { exitCode, stdout, stderr } = await pillion('partner', 'add', 'acme', '--out', 'acme')
  assert.equal(exitCode, exitCodes.ok, stderr)
  assert.match(stderr, /Next: .*\n.*pillion app add/)
  const config = JSON.parse(readFileSync(join(cwd, 'acme/config.json'), 'utf8'))
  assert.match(config.uri, /^127\.0\.0\.1:\d+$/)
  assert.equal(config.username, 'acme')
  assert.match(stdout, new RegExp(`^password +${config.password}$`, 'm'))
  assert.match(readFileSync(join(cwd, 'acme', config.sslClientCert), 'utf8'), /CERTIFICATE.*PRIVATE KEY/s)
  assert.match(readFileSync(join(cwd, 'acme', config.ca), 'utf8'), /^-----BEGIN CERTIFICATE-----/)
  for (const file of ['config.json', 'client.crt']) {
    assert.equal(statSync(join(cwd, 'acme', file)).mode & 0o777, 0o600, file)
  }
})

test('partner add never overwrites credentials without --force, and adds nobody then', async () => {
  const kept = readFileSync(join(cwd, 'acme/config.json'), 'utf8')
  const refused = await pillion('partner', 'add', 'other', '--out', 'acme')
  assert.equal(refused.exitCode, exitCodes.usage)
  assert.match(refused.stderr, /config\.json.* add --force to replace/)
  assert.equal(readFileSync(join(cwd, 'acme/config.json'), 'utf8'), kept)
  assert.doesNotMatch((await pillion('partner', 'list')).stdout, /other/)
  const forced = await json<{ password: string }>('partner', 'add', 'other', '--out', 'acme', '--force')
  assert.match(readFileSync(join(cwd, 'acme/config.json'), 'utf8'), new RegExp(forced.password))
})

test('credentials are not made when --out cannot be written', async () => {
  // Node's mkdir of a whole path never ends in /proc; elsewhere a folder below a file is refused.
  for (const args of [
    ['partner', 'add', 'unwritten', '--out', '/proc/nope'],
    ['partner', 'rotate', 'plain', '--out', 'acme/config.json/below'],
    ['vehicle', 'add', 'VF3UNWRITTEN00001', '--out', 'acme/config.json'],
  ]) {
    const { exitCode, stdout, stderr } = await pillion(...args)
    assert.deepEqual([exitCode, stdout], [exitCodes.usage, ''], stderr)
    assert.match(stderr, /Nothing was asked of the server/)
  }
  const { certificates } = await json<{ certificates: unknown[] }>('partner', 'show', 'plain')
  assert.equal(certificates.length, 1)
  assert.equal((await pillion('partner', 'show', 'unwritten')).exitCode, exitCodes.refused)
  assert.equal((await pillion('vehicle', 'list')).stdout, '')
})

test('what to do next names the server as it was named', async () => {
  const added = await pillion('partner', 'add', 'named', '--out', 'named', '--data', './pillion-data')
  assert.match(added.stderr, /\n {2}pillion listen --partner named --data \.\/pillion-data {2,}see what/)
  assert.match(
    (await pillion('app', 'list', '--data', './pillion-data')).stderr,
    /UID --data \.\/pillion-data`/,
  )
  await pillion('partner', 'remove', 'named', '--yes')
})

test('partner update says how much is recorded of its messages', async () => {
  const { stdout } = await pillion('partner', 'update', 'plain', '--ledger', 'durable')
  assert.equal(stdout, 'uid     plain\nledger  durable\n')
  assert.match((await pillion('partner', 'show', 'plain')).stdout, /^ledger +durable$/m)
  const reset = await json('partner', 'update', 'plain', '--ledger', 'default')
  assert.deepEqual(reset, { uid: 'plain', ledgerLevel: 'recent' })
  await assertRefused(['partner', 'update', 'nobody', '--ledger', 'default'], /nobody/, 'PARTNER_NOT_FOUND')
})

test('partner add refuses a second one of that UID, and a malformed UID', async () => {
  await assertRefused(['partner', 'add', 'acme'], /acme/, 'PARTNER_ALREADY_EXISTS')
  await assertRefused(['partner', 'add', 'no good'], /_, - or \.: Got "no good"/, 'UID_MALFORMED')
})

test('partner list is tab-separated when piped', async () => {
  const { stdout } = await pillion('partner', 'list')
  assert.match(stdout, /^acme\tacme\t\S+$/m)
  const listed = await json<{ uid: string }[]>('partner', 'list')
  assert.deepEqual(listed.map(({ uid }) => uid).toSorted(), ['acme', 'other', 'plain'])
})

test('vehicle add prints a password for each VIN, also of a file', async () => {
  const { exitCode, stdout } = await pillion('vehicle', 'add', vin)
  assert.equal(exitCode, exitCodes.ok)
  vehiclePassword = /^VF3CAR00000000001\t(\S{43})\n$/.exec(stdout)?.[1] ?? assert.fail(stdout)
  writeFileSync(join(cwd, 'fleet.txt'), `# two\r\n${secondVin}\r\n\r\n${secondVin}\r\nVF3CAR00000000003\r\n`)
  const issued = await json<{ vin: string }[]>('vehicle', 'add', '--file', 'fleet.txt')
  assert.deepEqual(
    issued.map((each) => each.vin),
    [secondVin, 'VF3CAR00000000003'],
  )
  const stdin = ['VF3CAR00000000004', 'VF3CAR00000000005'].join('\n')
  const piped = await runPillion(['vehicle', 'add', '--file', '-'], { cwd, stdin })
  assert.equal(piped.stdout.split('\n').length, 3)
  assert.equal((await json<unknown[]>('vehicle', 'list')).length, 5)
})

test('vehicle add keeps the passwords of the batches that went well when a later one fails', async () => {
  const vins = Array.from({ length: 501 }, (_, at) => `VF3BATCH${String(at).padStart(9, '0')}`)
  const stdin = [...vins.slice(0, 500), vin].join('\n')
  const { exitCode, stdout, stderr } = await runPillion(['vehicle', 'add', '--file', '-'], { cwd, stdin })
  assert.equal(exitCode, exitCodes.refused)
  assert.equal(stdout.trim().split('\n').length, 500)
  assert.match(stderr, /Only 500 of 501 vehicles were added/)
  assert.match(stderr, /VF3CAR00000000001/)
})

test('vehicle add --out writes a certificate that signs a head unit in without its password (W 2.2)', async () => {
  const certified = 'VF3CERT0000000001'
  const [issued] = await json<{ password: string }[]>('vehicle', 'add', certified, '--out', 'certificates')
  assert.match(issued?.password ?? '', /^\S{43}$/)
  const file = join(cwd, 'certificates', `${certified}.crt`)
  assert.equal(statSync(file).mode & 0o777, 0o600)
  const pem = readFileSync(file)
  const ca = readFileSync(join(cwd, 'certificates/ca.crt'))
  const headUnit = await mqtt.connectAsync(`mqtts://127.0.0.1:${portOf('mqtts')}`, {
    ca,
    cert: pem,
    key: pem,
  })
  const topic = `psa/OVIPPartners-Dev/to/uid/+/opa/${certified}/#`
  assert.deepEqual(await headUnit.subscribeAsync(topic), [{ topic, qos: 0 }])
  await headUnit.endAsync()
  const again = await pillion('vehicle', 'add', 'VF3CERT0000000002', certified, '--out', 'certificates')
  assert.equal(again.exitCode, exitCodes.usage)
  assert.match(again.stderr, /exists already/)
})

test('vehicle add refuses a VIN that is there already', async () => {
  await assertRefused(['vehicle', 'add', vin], /VF3CAR00000000001/, 'VEHICLE_ALREADY_EXISTS')
})

test('app add adds an app without a package, app list shows it', async () => {
  const { exitCode, stdout, stderr } = await pillion(
    'app',
    'add',
    'bare',
    '--partner',
    'acme',
    '--driving-mode',
  )
  assert.equal(exitCode, exitCodes.ok, stderr)
  assert.equal(stdout, 'Added bare of partner acme, no package yet.\n')
  assert.match(stderr, /Next: `pillion app update bare --package/)
  assert.match((await pillion('app', 'list')).stdout, /^bare\tacme\tbare\t-\tyes\teverywhere$/m)
})

test('app add packs a folder, app update installs a newer one (W 11.1)', async () => {
  writePage('one', '1.0.0')
  const args = ['app', 'add', 'parking', '--partner', 'acme', '--name', 'Parking', '--package', 'one']
  const app = await json<{ name: string; version: string }>(...args)
  assert.deepEqual([app.name, app.version], ['Parking', '1.0.0'])
  writePage('two', '1.1.0')
  const { exitCode, stdout, stderr } = await pillion('app', 'update', 'parking', '--package', 'two')
  assert.equal(exitCode, exitCodes.ok, stderr)
  assert.equal(stdout, 'Installed parking of partner acme, version 1.1.0.\n')
})

function writePage(folder: string, version: string): void {
  const page = join(cwd, folder)
  mkdirSync(join(page, '.git'), { recursive: true })
  writeFileSync(join(page, '.git/config'), 'stays out')
  writeFileSync(join(page, 'index.html'), '<!doctype html><title>Parking</title>')
  const manifest = { artifactId: 'parking', name: 'Parking', version, buildDate: '2026-01-01 00:00' }
  writeFileSync(join(page, 'info.json'), JSON.stringify(manifest))
}

test('app add and update give names by language and where it is offered (W 11.2)', async () => {
  const offer = ['--name', 'Taxi', '--name', 'de=Taxis', '--country', 'de,FR', '--device', 'w4']
  const added = await json<App>('app', 'add', 'taxi', '--partner', 'acme', ...offer)
  assert.deepEqual(
    [added.name, added.names, added.countries, added.brands, added.devices],
    ['Taxi', { de: 'Taxis' }, ['DE', 'FR'], undefined, ['w4']],
  )
  assert.match((await pillion('app', 'list')).stdout, /^taxi\t.*\tDE,FR w4$/m)
  const update = (...args: string[]) => json<App>('app', 'update', 'taxi', ...args)
  const named = await update('--name', 'de=', '--name', 'pt-br=Táxi', '--brand', 'ap', '--country', 'any')
  assert.deepEqual(
    [named.name, named.names, named.countries, named.brands, named.devices],
    ['Taxi', { 'pt-BR': 'Táxi' }, undefined, ['AP'], ['w4']],
  )
  assert.equal((await update('--name', 'E=mc2')).name, 'E=mc2')
  for (const wrong of [
    ['--country', 'France'],
    ['--brand', 'AP,BMW'],
  ]) {
    assert.equal(
      (await pillion('app', 'update', 'taxi', ...wrong)).exitCode,
      exitCodes.usage,
      wrong.join(' '),
    )
  }
})

test('app add refuses an unknown partner, a taken id and a package that is none', async () => {
  await assertRefused(['app', 'add', 'x', '--partner', 'nobody'], /nobody/, 'PARTNER_NOT_FOUND')
  await assertRefused(['app', 'add', 'bare', '--partner', 'acme'], /bare/, 'APP_ALREADY_EXISTS')
  const missing = await pillion('app', 'add', 'y', '--partner', 'acme', '--package', 'missing')
  assert.equal(missing.exitCode, exitCodes.usage)
  assert.match(missing.stderr, /Cannot read the package missing/)
  const text = await pillion('app', 'add', 'y', '--partner', 'acme', '--package', 'fleet.txt')
  assert.match(text.stderr, /fleet\.txt is neither a folder nor a \.tar\.gz/)
  assert.doesNotMatch((await pillion('app', 'list')).stdout, /^y\t/m)
})

test('app update holds an archive to the published rules with --strict, or with an .md5 file beside it (W 11.1)', async () => {
  writePage('delivered/web/apps/parking', '1.2.0')
  const fileName = 'app_parking-v1.2.0_20260101.tar.gz'
  const pack = (folder: string, file: string) =>
    create({ gzip: true, cwd: join(cwd, folder), file: join(cwd, file) }, ['.'])
  await pack('delivered', fileName)
  await pack('two', 'parking.tar.gz')
  const update = (file: string, ...flags: string[]) =>
    pillion('app', 'update', 'parking', '--package', file, ...flags)

  assert.match((await update(fileName, '--strict')).stdout, /version 1\.2\.0/)
  assert.match((await update('parking.tar.gz')).stdout, /version 1\.1\.0/)
  assert.match(
    (await update('parking.tar.gz', '--strict')).stderr,
    /parking\.tar\.gz.*not like app_parking-v/,
  )
  assert.equal((await update('two', '--strict')).exitCode, exitCodes.usage)

  const md5 = createHash('md5')
    .update(readFileSync(join(cwd, fileName)))
    .digest('hex')
  writeFileSync(join(cwd, `${fileName}.md5`), `${md5} ${fileName}\n`)
  assert.match((await update(fileName)).stdout, /version 1\.2\.0/)
  writeFileSync(join(cwd, `${fileName}.md5`), `${'0'.repeat(32)} ${fileName}\n`)
  const mismatch = await update(fileName, '--json')
  assert.equal(mismatch.exitCode, exitCodes.refused)
  assert.equal(JSON.parse(mismatch.stderr).error.code, 'PACKAGE_MD5_MISMATCH')
})

test('app subscribe is idempotent and names a vehicle it does not know', async () => {
  const first = await pillion('app', 'subscribe', 'parking', vin, secondVin)
  assert.equal(first.exitCode, exitCodes.ok, first.stderr)
  assert.equal(first.stdout, 'Subscribed 2 vehicles to parking; 2 vehicles in all.\n')
  const again = await json<{ vins: string[] }>('app', 'subscribe', 'parking', vin)
  assert.deepEqual(again.vins, [vin, secondVin])
  assert.equal((await pillion('app', 'subscribers', 'parking')).stdout, `${vin}\n${secondVin}\n`)
  await assertRefused(
    ['app', 'subscribe', 'parking', 'VF3UNKNOWN0000001'],
    /VF3UNKNOWN0000001/,
    'VEHICLE_NOT_FOUND',
  )
  await assertRefused(['app', 'subscribe', 'nothing', vin], /nothing/, 'APP_NOT_FOUND')
})

test('app unsubscribe ends subscriptions, also of a file, and says who is left (W 12)', async () => {
  const third = 'VF3CAR00000000003'
  await json('app', 'subscribe', 'parking', third, 'VF3CAR00000000004')
  const first = await pillion('app', 'unsubscribe', 'parking', third)
  assert.equal(first.exitCode, exitCodes.ok, first.stderr)
  assert.equal(first.stdout, 'Unsubscribed 1 vehicle from parking; 3 vehicles left.\n')
  writeFileSync(join(cwd, 'sold.txt'), `# sold\n${third}\nVF3CAR00000000004\n`)
  const again = await json<{ vins: string[] }>('app', 'unsubscribe', 'parking', '--file', 'sold.txt')
  assert.deepEqual(again, { idApp: 'parking', vins: [vin, secondVin] })
  await assertRefused(['app', 'unsubscribe', 'nothing', vin], /nothing/, 'APP_NOT_FOUND')
  assert.equal((await pillion('app', 'unsubscribe', 'parking')).exitCode, exitCodes.usage)
})

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

test('mailbox list and empty show and drop what waits, app update and remove change an app', async () => {
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
  const changed = await json<{ drivingMode: boolean }>('app', 'update', 'bare', '--no-driving-mode')
  assert.equal(changed.drivingMode, false)
  const removed = await pillion('app', 'remove', 'bare', '--yes')
  assert.equal(removed.stdout, 'Removed bare of partner acme; 0 vehicles had it.\n')
})

test('send reaches a head unit, with content from the argument or stdin, as message or popup (W 3.1, 3.2)', async () => {
  const headUnit = await connectHeadUnit()
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
    server.child.kill(signal)
    await server.finished
    await text.printed('stderr', timesOver(at + 1, 'The server hung up; trying again'))
    await startServer()
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
  const headUnit = await connectHeadUnit()
  const topic = `psa/OVIPPartners-Dev/from/uid/acme/opa/${vin}/`
  const timer = setInterval(() => headUnit.publish(topic, JSON.stringify(payload)), 100)
  try {
    await Promise.all(seen)
  } finally {
    clearInterval(timer)
    await headUnit.endAsync()
  }
}

async function connectHeadUnit(): Promise<mqtt.MqttClient> {
  const options = { username: vin, password: vehiclePassword, reconnectPeriod: 0 }
  const headUnit = await mqtt.connectAsync(`mqtt://127.0.0.1:${mqttPort}`, options)
  await headUnit.subscribeAsync(`psa/OVIPPartners-Dev/to/uid/+/opa/${vin}/#`)
  return headUnit
}

test('vehicle set sets signals of an open head unit: JSON, or text as it is (W 10)', async () => {
  const nobody = await pillion('vehicle', 'set', vin, 'speedKmh=90')
  assert.equal(nobody.stdout, `No head unit of ${vin} is connected: nothing was set.\n`)
  assert.match(nobody.stderr, /Open http:\/\/127\.0\.0\.1:\d+\/portal\//)
  const headUnit = await connectHeadUnit()
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

test('partner rotate, revoke and remove tell what ends, and want --yes where nobody can be asked', async () => {
  const folder = join(cwd, 'temporary')
  await json('partner', 'add', 'temporary')
  const rotated = await pillion('partner', 'rotate', 'temporary', '--overlap', '60', '--out', folder)
  assert.match(rotated.stdout, /^uid {10}temporary\npassword {5}\S{43}\n/)
  assert.match(rotated.stderr, /The old ones work until 2/)
  const { password } = JSON.parse(readFileSync(join(folder, 'config.json'), 'utf8')) as { password: string }
  const client = await mqtt.connectAsync({
    port: mqttPort,
    username: 'temporary',
    password,
    clientId: 'kicked',
    reconnectPeriod: 0,
  })
  assert.match(
    (await pillion('clients', 'list', '--search', 'KICK')).stdout,
    /^\S+-\w+\tpartner\ttemporary\tkicked\t127/,
  )
  const unasked = await pillion('partner', 'revoke', 'temporary', '--what', 'everything')
  assert.equal(unasked.exitCode, exitCodes.usage)
  assert.match(
    unasked.stderr,
    /Everything of temporary will be refused from now on\. 1 connection will end: temporary \(kicked, 127\.0\.0\.1, mqtt\)\. Add --yes/,
  )
  assert.equal(client.connected, true)
  const closed = new Promise<void>((resolve) => client.on('close', () => resolve()))
  await json('partner', 'revoke', 'temporary', '--what', 'everything', '--yes')
  await closed
  assert.match(
    (await pillion('partner', 'show', 'temporary')).stdout,
    /\nledger +recent\n(.*\n)*certificate +[0-9a-f]{64}, revoked 2/,
  )
  assert.deepEqual(await json('partner', 'remove', 'temporary', '--yes'), {
    uid: 'temporary',
    apps: [],
    vehicles: 0,
  })
})

test('status shows listeners and counters', async () => {
  const { exitCode, stdout } = await pillion('status')
  assert.equal(exitCode, exitCodes.ok)
  assert.match(stdout, /^Pillion is running at http:\/\/127\.0\.0\.1:\d+\.\n {2}version +\d/)
  assert.match(stdout, new RegExp(`^ {2}mqtt +127\\.0\\.0\\.1:${mqttPort}$`, 'm'))
  const { listeners, node, nodes } = await json<Status>('status')
  assert.equal(listeners.length, 5)
  assert.match(stdout, new RegExp(`^ {2}node +${node}$`, 'm'))
  assert.deepEqual(nodes, [node])
})

test('a wrong admin token is told apart from other refusals', async () => {
  writeFileSync(join(cwd, 'wrong-token'), 'wrong')
  const { exitCode, stderr } = await pillion('status', '--token-file', 'wrong-token')
  assert.equal(exitCode, exitCodes.access)
  assert.match(stderr, /refused the admin token in wrong-token/)
})

test('a server that ends the connection is not said to have ended', async () => {
  // As a listener that wants a PROXY header and hears none.
  const proxied = createServer((socket) => socket.resetAndDestroy()).listen(0, '127.0.0.1')
  await once(proxied, 'listening')
  const url = `http://127.0.0.1:${(proxied.address() as { port: number }).port}`
  const tokenFile = join(cwd, 'pillion-data/admin-token')
  const { exitCode, stderr } = await pillion('status', '--server', url, '--token-file', tokenFile)
  proxied.close()
  assert.equal(exitCode, exitCodes.noServer)
  assert.match(stderr, /ended the connection without an answer.*proxyProtocol.*--server/)
})

test('what may not be read is not said to be no server', async () => {
  // In the place of permissions, which do not bind the user that tests may run as.
  mkdirSync(join(cwd, 'odd/server.json'), { recursive: true })
  const { exitCode, stderr } = await pillion('status', '--data', 'odd')
  assert.equal(exitCode, exitCodes.usage)
  assert.match(stderr, /Cannot look for the server: .*odd\/server\.json.*--server URL/)
})

test('finds the server by --server and --token-file, and by variables', async () => {
  const { url } = JSON.parse(readFileSync(join(cwd, 'pillion-data/server.json'), 'utf8')) as { url: string }
  const tokenFile = join(cwd, 'pillion-data/admin-token')
  const elsewhere = { cwd: tmpdir() }
  const named = await runPillion(['status', '--server', `${url}/`, '--token-file', tokenFile], elsewhere)
  assert.equal(named.exitCode, exitCodes.ok, named.stderr)
  const env = { PILLION_SERVER: url, PILLION_TOKEN_FILE: tokenFile }
  assert.equal((await runPillion(['status'], { ...elsewhere, env })).exitCode, exitCodes.ok)
  const data = { PILLION_DATA: join(cwd, 'pillion-data') }
  assert.equal((await runPillion(['status'], { ...elsewhere, env: data })).exitCode, exitCodes.ok)
})

test('trusts the authority in the data directory over https', async () => {
  const { listeners } = await json<{ listeners: { name: string; address: string }[] }>('status')
  const address = listeners.find(({ name }) => name === 'https')?.address
  const args = ['status', '--server', `https://${address}`, '--data', 'pillion-data']
  const { exitCode, stderr } = await pillion(...args)
  assert.equal(exitCode, exitCodes.ok, stderr)
  const tokenFile = join(cwd, 'pillion-data/admin-token')
  const untrusted = await runPillion(
    ['status', '--server', `https://${address}`, '--token-file', tokenFile],
    { cwd: tmpdir() },
  )
  assert.equal(untrusted.exitCode, exitCodes.noServer)
  assert.match(untrusted.stderr, /is not trusted .*NODE_EXTRA_CA_CERTS/)
})

async function ask<Answer>(path: string): Promise<Answer> {
  const { url } = JSON.parse(readFileSync(join(cwd, 'pillion-data/server.json'), 'utf8')) as { url: string }
  const token = readFileSync(join(cwd, 'pillion-data/admin-token'), 'utf8').trim()
  const answer = await fetch(`${url}/admin/v1${path}`, { headers: { authorization: `Bearer ${token}` } })
  return (await answer.json()) as Answer
}

/** Of everything that can be added. */
async function listBenchNames(): Promise<string[]> {
  const paths = ['/partners', '/vehicles', '/apps', '/connections']
  const lists = await Promise.all(paths.map((path) => ask(path)))
  return (JSON.stringify(lists).match(/"(idApp|uid|vin|name)":"(pillion-bench-|BENCH)\w+"/g) ?? []).toSorted()
}

/** Resolves when a load is under way. */
async function benchRuns(): Promise<void> {
  for (let messages = 0; messages === 0; await wait(20)) {
    const { connections } = await ask<ConnectionPage>('/connections?search=pillion-bench')
    messages = connections.reduce((sum, { messagesOut }) => sum + messagesOut, 0)
  }
}

test('bench measures the running server and removes what it added', async () => {
  const args = ['--seconds', '0.2', '--pairs', '2', '--rate', '500']
  const { server, workloads, dropped } = await json<{
    server: { mqtt: string; version: string }
    workloads: { workload: string; perSecond: number; sent: number; delivered: number; latencyMs?: object }[]
    dropped: object
  }>('bench', ...args)
  assert.equal(server.mqtt, `mqtt://127.0.0.1:${mqttPort}`)
  assert.match(server.version, /^\d/)
  assert.deepEqual(dropped, {})
  const [stream, latency] = workloads
  assert.deepEqual([stream?.workload, latency?.workload], ['stream', 'latency'])
  for (const { sent, delivered, perSecond } of workloads) {
    assert.ok(perSecond > 0)
    assert.equal(delivered, sent)
  }
  assert.equal(stream?.latencyMs, undefined)
  assert.deepEqual(Object.keys(latency?.latencyMs ?? {}), ['p50', 'p99', 'p999'])
  assert.deepEqual(await listBenchNames(), [])
})

test('bench tells percentiles by nearest rank, without what was to warm up', () => {
  const tally = new Tally()
  assert.equal(tally.percentiles(), undefined)
  tally.record(5_000)
  tally.forget()
  for (let latency = 1_000; latency > 0; latency--) tally.record(latency)
  assert.deepEqual(tally.percentiles(), { p50: 500, p99: 990, p999: 999 })
})

test('bench wants --yes beside other clients, and removes what it added when it cannot connect', async () => {
  const wrong = await pillion('bench', '--pairs', '1', '--mqtt', `127.0.0.1:${portOf('mqtts')}`)
  assert.equal(wrong.exitCode, exitCodes.failed)
  assert.match(wrong.stderr, /--mqtt HOST:PORT, mqtts:\/\/ before it for TLS/)
  const port = { port: mqttPort, username: vin, password: vehiclePassword }
  const other = await mqtt.connectAsync(port)
  const asked = await pillion('bench')
  await other.endAsync()
  assert.equal(asked.exitCode, exitCodes.usage)
  assert.match(asked.stderr, /1 client would be slowed down by the load\. Add --yes/)
  assert.deepEqual(await listBenchNames(), [])
})

test('bench removes what it added after Ctrl-C, and says how to where it cannot', async () => {
  const begun = startPillion(['bench', '--seconds', '60', '--pairs', '1'], { cwd })
  await benchRuns()
  begun.child.kill('SIGINT')
  const stopped = await begun.finished
  assert.deepEqual([stopped.exitCode, stopped.stdout], [exitCodes.interrupted, ''])
  assert.deepEqual(await listBenchNames(), [])

  const sockets: Socket[] = []
  const way = createServer((socket) => {
    const server = connect(portOf('http'), '127.0.0.1')
    for (const each of [socket, server]) sockets.push(each.on('error', () => {}))
    socket.pipe(server).pipe(socket)
  }).listen(0, '127.0.0.1')
  await once(way, 'listening')
  const url = `http://127.0.0.1:${(way.address() as { port: number }).port}`
  const where = ['--server', url, '--data', 'pillion-data']
  const cut = startPillion(['bench', '--seconds', '60', '--pairs', '1', ...where], { cwd })
  await benchRuns()
  way.close()
  for (const socket of sockets) socket.destroy()
  cut.child.kill('SIGINT')
  const { exitCode, stderr } = await cut.finished
  assert.equal(exitCode, exitCodes.interrupted)
  const [, uid = '', left = ''] =
    /partner remove (\S+) --yes\n.*vehicle remove (\S+) --yes/.exec(stderr) ?? []
  const there = [`"idApp":"${uid}"`, `"uid":"${uid}"`, `"uid":"${uid}"`, `"vin":"${left}"`]
  assert.deepEqual(await listBenchNames(), there, stderr)
  await pillion('partner', 'remove', uid, '--yes')
  await pillion('vehicle', 'remove', left, '--yes')
  assert.deepEqual(await listBenchNames(), [])
})
