import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, test } from 'node:test'
import type { App } from '@pillion/schema'
import mqtt from 'mqtt'
import { create } from 'tar'
import { CommandStage } from './command-stage.fixture.ts'
import { exitCodes } from './exit-codes.ts'
import { runPillion } from './run-pillion.ts'

const vin = 'VF3CAR00000000001'
const secondVin = 'VF3CAR00000000002'
const stage = await CommandStage.open()
after(() => stage.close())
const { cwd, pillion, json, assertRefused } = stage

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
  assert.match(stdout, /^VF3CAR00000000001\t\S{43}\n$/)
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
  const headUnit = await mqtt.connectAsync(`mqtts://127.0.0.1:${stage.portOf('mqtts')}`, {
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

test('app update and remove change an app', async () => {
  const changed = await json<{ drivingMode: boolean }>('app', 'update', 'bare', '--no-driving-mode')
  assert.equal(changed.drivingMode, false)
  const removed = await pillion('app', 'remove', 'bare', '--yes')
  assert.equal(removed.stdout, 'Removed bare of partner acme; 0 vehicles had it.\n')
})

test('partner rotate, revoke and remove tell what ends, and want --yes where nobody can be asked', async () => {
  const folder = join(cwd, 'temporary')
  await json('partner', 'add', 'temporary')
  const rotated = await pillion('partner', 'rotate', 'temporary', '--overlap', '60', '--out', folder)
  assert.match(rotated.stdout, /^uid {10}temporary\npassword {5}\S{43}\n/)
  assert.match(rotated.stderr, /The old ones work until 2/)
  const { password } = JSON.parse(readFileSync(join(folder, 'config.json'), 'utf8')) as { password: string }
  const client = await mqtt.connectAsync({
    port: stage.portOf('mqtt'),
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
