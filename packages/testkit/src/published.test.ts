import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'

const repository = fileURLToPath(new URL('../../..', import.meta.url))

describe('the package as others install it, outside of this repository', () => {
  const project = mkdtempSync(join(tmpdir(), 'pillion-testkit-'))
  const modules = join(project, 'node_modules')

  before(() => {
    cpSync(join(repository, 'examples/partner-ci'), project, { recursive: true })
    const kit = join(modules, '@pillion/testkit')
    mkdirSync(kit, { recursive: true })
    const built = run([join(repository, 'packages/testkit/build.mjs'), kit])
    assert.equal(built.status, 0, built.stderr)
    install('@pillion/partner', join(repository, 'sdks/partner'), ['package.json', 'dist'])
    for (const name of ['mqtt', '@types/node']) link(name)
  })
  after(() => rmSync(project, { recursive: true }))

  function install(name: string, from: string, files: readonly string[]): void {
    for (const file of files) cpSync(join(from, file), join(modules, name, file), { recursive: true })
  }

  /** What npm would fetch. */
  function link(name: string): void {
    mkdirSync(dirname(join(modules, name)), { recursive: true })
    symlinkSync(join(repository, 'node_modules', name), join(modules, name))
  }

  function run(args: readonly string[]) {
    // This test's own runner must not take the other one for its child.
    const { NODE_TEST_CONTEXT: _, ...env } = process.env
    return spawnSync(process.execPath, args, { cwd: project, encoding: 'utf8', env })
  }

  test('is a package of one door, without dependencies', () => {
    const manifest = JSON.parse(readFileSync(join(modules, '@pillion/testkit/package.json'), 'utf8'))
    assert.deepEqual(Object.keys(manifest.exports), ['.', './package.json'])
    assert.deepEqual([manifest.dependencies, manifest.private], [undefined, undefined])
    assert.deepEqual([manifest.main, manifest.types], ['./index.js', manifest.exports['.'].types])
    const code = readFileSync(join(modules, '@pillion/testkit/index.js'), 'utf8')
    const imported = [...code.matchAll(/^(?:import|export) .* from ["'](.*)["']/gm)].map(([, name]) => name)
    assert.deepEqual(imported, ['node:vm'])
  })

  test('the tests of examples/partner-ci pass with it', () => {
    const { stdout, status } = run(['--test', '--test-reporter=tap', 'src/parking-desk.test.ts'])
    assert.match(stdout, /^# pass 6$/m)
    assert.equal(status, 0, stdout)
  })

  test('the example of the README passes with it', () => {
    const readme = readFileSync(join(repository, 'packages/testkit/README.md'), 'utf8')
    writeFileSync(join(project, 'readme.test.ts'), /```ts\n([\s\S]*?)```/.exec(readme)?.[1] ?? '')
    const { stdout, status } = run(['--test', '--test-reporter=tap', 'readme.test.ts'])
    assert.match(stdout, /^# pass 1$/m)
    assert.equal(status, 0, stdout)
  })

  test('what an app’s script throws fails the very test in which it does, in which of its moments ever', () => {
    writeFileSync(
      join(project, 'throws.test.ts'),
      `import { test } from 'node:test'
      import { FakeNetwork } from '@pillion/testkit'
      const announce = 'parent.postMessage({ type: "WebPortal.onApplicationLoaded" }, "*");'
      const scripts = {
        parse: announce + 'throw new Error("while it is parsed")',
        listener: 'addEventListener("message", function (event) { if (event.data.value) throw new Error("in a listener") });' + announce,
        handler: 'Car.addEventListener("driverDistractionOn", function () { throw new Error("in a handler") });' + announce,
        timer: 'setTimeout(function () { throw new Error("in a timer") }, 1000);' + announce,
      }
      for (const [name, script] of Object.entries(scripts)) {
        test(name, async () => {
          const network = new FakeNetwork()
          const partner = network.addPartner('acme')
          const vehicle = network.addVehicle({
            vin: 'VF3ACME0000000001',
            apps: [{ idApp: 'a', uid: 'acme' }],
            scripts: { a: (page) => page.runScript(script) },
          })
          await vehicle.open('a')
          partner.send(vehicle.vin, 'a', 1)
          vehicle.host.setVehicle({ speedKmh: 90 })
          network.clock.advance(1_000)
          await network.settle()
        })
      }`,
    )
    const { stdout } = run(['--test', '--test-reporter=tap', 'throws.test.ts'])
    const failed = [...stdout.matchAll(/^not ok \d+ - (\w+)\n(?:.*\n)*? {2}error: '(.*)'/gm)]
    assert.deepEqual(
      failed.map(([, name, error]) => [name, error]),
      [
        ['parse', 'while it is parsed'],
        ['listener', 'in a listener'],
        ['handler', 'in a handler'],
        ['timer', 'in a timer'],
      ],
      stdout,
    )
  })

  test('its types are complete, and fit those of @pillion/partner', () => {
    const compilerOptions = {
      target: 'es2024',
      lib: ['es2024', 'esnext.disposable'],
      module: 'nodenext',
      strict: true,
      noEmit: true,
      allowImportingTsExtensions: true,
      types: ['node'],
    }
    writeFileSync(join(project, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['src'] }))
    const tsc = fileURLToPath(new URL('bin/tsc', import.meta.resolve('typescript/package.json')))
    const { stdout } = run([tsc, '-p', project, '--listFiles'])
    assert.match(stdout, /testkit\/types\/host\/src\/view\.d\.ts/)
    const faults = stdout.split('\n').filter((line) => /^(src|node_modules\/@pillion\/testkit)/.test(line))
    assert.deepEqual(faults, [])
  })
})
