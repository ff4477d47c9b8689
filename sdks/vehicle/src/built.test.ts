import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { FakeNetwork } from '@pillion/testkit'
import { parse } from 'acorn'

const home = fileURLToPath(new URL('..', import.meta.url))

describe('the package as it is installed', () => {
  const project = mkdtempSync(join(tmpdir(), 'pillion-vehicle-sdk-'))
  const dist = join(project, 'node_modules/@pillion/vehicle-sdk/dist')

  before(() => {
    mkdirSync(dist, { recursive: true })
    cpSync(join(home, 'package.json'), join(dist, '../package.json'))
    const { status, stderr } = run([join(home, 'build.mjs'), dist])
    assert.equal(status, 0, stderr)
  })
  after(() => rmSync(project, { recursive: true }))

  function run(args: string[]) {
    return spawnSync(process.execPath, args, { cwd: project, encoding: 'utf8' })
  }

  test('has a classic script that is ES5, and modules that are but for import and export', () => {
    const script = readFileSync(join(dist, 'vehicle-sdk.global.js'), 'utf8')
    parse(script, { ecmaVersion: 5 })
    assert.throws(() => parse(`${script}\nvar f = () => 1`, { ecmaVersion: 5 }), SyntaxError)
    for (const file of [
      'start-app',
      'inbox',
      'popups',
      'publishing',
      'notifications',
      'guidance',
      'promised',
    ]) {
      const text = readFileSync(join(dist, `${file}.js`), 'utf8')
      const plain = text.replaceAll(/^import .*\n/gm, '').replaceAll(/^export /gm, '')
      parse(plain, { ecmaVersion: 5 })
    }
  })

  test('the classic script works in an app’s window: message, answer, popup', async () => {
    const script = readFileSync(join(dist, 'vehicle-sdk.global.js'), 'utf8')
    const network = new FakeNetwork()
    const partner = network.addPartner('acme')
    const vin = 'VF3TEST0000000001'
    const vehicle = network.addVehicle({
      vin,
      apps: [{ idApp: 'my-app', uid: 'acme' }],
      scripts: {
        'my-app'(page) {
          page.runScript(script, 'vehicle-sdk.global.js')
          page.runScript(`
            var app = PillionVehicle.startApp({
              idApp: 'my-app',
              window: window,
              onMessage: function (message) { app.send({ got: message.content }) },
              onPopupOutcome: function (outcome) { app.publish(outcome) }
            })`)
        },
      },
    })
    await vehicle.open('my-app')
    partner.send(vin, 'my-app', { hello: 1 })
    partner.popup(vin, 'my-app', 'Turn left?')
    network.clock.advance(15_000)
    await network.settle()
    assert.deepEqual(
      partner.received.map(({ content }) => content),
      [{ got: { hello: 1 } }, 'timeout']
    )
  })

  test('the app of the README works', async () => {
    const script = readFileSync(join(dist, 'vehicle-sdk.global.js'), 'utf8')
    const readme = readFileSync(join(home, 'README.md'), 'utf8')
    const [, app = ''] = /<script>\n([\s\S]*?)<\/script>/.exec(readme) ?? []
    const network = new FakeNetwork()
    const partner = network.addPartner('acme')
    const vin = 'VF3TEST0000000001'
    const text = { textContent: 'Nothing yet' }
    const vehicle = network.addVehicle({
      vin,
      apps: [{ idApp: 'my-app', uid: 'acme' }],
      scripts: {
        'my-app'(page) {
          Object.assign(page.window, { document: { getElementById: () => text } })
          page.runScript(script)
          page.runScript(app)
        },
      },
    })
    const page = await vehicle.open('my-app')
    partner.send(vin, 'my-app', { id: 1, text: 'Hello' })
    partner.popup(vin, 'my-app', 'Turn left?', { content: { id: 2 } })
    vehicle.host.pressOk()
    vehicle.host.pressHome()
    await network.settle()
    assert.deepEqual(
      partner.received.map(({ content }) => content),
      [{ seen: 1 }, { popup: 2, outcome: 'ok' }]
    )
    assert.equal(page.window.localStorage.getItem('text'), 'Hello')
  })

  test('the module is found by its name', () => {
    const { stdout } = run([
      '--input-type=module',
      '--eval',
      "import { startApp } from '@pillion/vehicle-sdk'; console.log(typeof startApp)",
    ])
    assert.equal(stdout, 'function\n')
  })

  test('an app in plain JavaScript is checked against what the head unit injects', () => {
    writeFileSync(
      join(project, 'tsconfig.json'),
      JSON.stringify({
        compilerOptions: {
          allowJs: true,
          checkJs: true,
          strict: true,
          noEmit: true,
          module: 'nodenext',
          lib: ['es2015', 'dom'],
          types: ['@pillion/vehicle-sdk'],
        },
        include: ['app.js'],
      })
    )
    writeFileSync(
      join(project, 'app.js'),
      `
      var speed = Car.GetSpeed()
      if (speed !== undefined) speed.toFixed(1)
      Car.addEventListener('driverDistractionOn', function () { Car.GetDrivingState() })
      HMI.WebBrowser.addEventListener('show', function () {})
      if (window.Navigation.LaunchGuidance('Home', 2.35, 48.85)) Media.Audio.configure('TEMPORARY_SOURCE', 'Active')
      /** @type {string} */
      var language = WebPortal.getLanguage()
      var app = PillionVehicle.startApp({ idApp: 'a', onMessage: function (message) { message.content } })
      app.openPopup(language, function (outcome) { if (outcome === 'refused') app.send(Privacy.Mode()) })
      // @ts-expect-error no such method
      Car.GetColour()
      // @ts-expect-error no such answer
      if (Privacy.Mode() === 'Full') app.stop()
      // @ts-expect-error a text is missing
      app.openPopup()
      `
    )
    const tsc = fileURLToPath(new URL('bin/tsc', import.meta.resolve('typescript/package.json')))
    const { status, stdout } = run([tsc, '-p', project])
    assert.equal(status, 0, stdout)
  })
})
