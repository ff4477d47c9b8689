// `node build.mjs [FOLDER]` writes the package, by default to `dist`: the ES modules and types as tsc writes them, the same
// code as one classic script, and the globals of a head unit. The sources are ES5 but for their types and imports, so the
// script is only put together: bundlers put newer syntax in.
import { spawnSync } from 'node:child_process'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parse } from 'acorn'

const home = import.meta.dirname
const folder = resolve(process.argv[2] ?? join(home, 'dist'))

rmSync(folder, { recursive: true, force: true })
const tsc = fileURLToPath(new URL('bin/tsc', import.meta.resolve('typescript/package.json')))
const { status } = spawnSync(process.execPath, [tsc, '-p', home, '--outDir', folder], { stdio: 'inherit' })
if (status !== 0) process.exit(1)

writeFileSync(join(folder, 'vehicle-sdk.global.js'), classicScript('start-app.js'))
writeFileSync(join(folder, 'globals.d.ts'), globalTypes())
const door = join(folder, 'index.d.ts')
writeFileSync(door, `/// <reference path="./globals.d.ts" />\n${readFileSync(door, 'utf8')}`)

/** One function scope for all modules, each after those it imports; their names must differ, which a test of the script shows. */
function classicScript(entry) {
  const modules = []
  const add = (file) => {
    const text = readFileSync(join(folder, file), 'utf8')
    for (const [, imported] of text.matchAll(/^import .* from '\.\/(.*)';?$/gm)) {
      if (!modules.some(({ file }) => file === imported)) add(imported)
    }
    modules.push({ file, text: text.replaceAll(/^import .*\n/gm, '').replaceAll(/^export /gm, '') })
  }
  add(entry)
  const body = modules.map(({ text }) => text.trim()).join('\n\n')
  const script = `var PillionVehicle = (function () {\n'use strict';\n${body}\n\nreturn { startApp: startApp };\n})();\n`
  parse(script, { ecmaVersion: 5 })
  return script
}

/** Beside what every browser has. TypeScript's DOM library has a `Navigation` of its own, hence only `window.Navigation`. */
function globalTypes() {
  const api = readFileSync(join(folder, 'vehicle-api.d.ts'), 'utf8')
  const [, members] = /interface VehicleGlobals \{\n([^}]*)\}/.exec(api)
  const globals = [...members.matchAll(/(\w+): (\w+);/g)].filter(([, name]) => name !== 'Navigation')
  return `import type * as vehicle from './vehicle-api.js';
declare global {
${globals.map(([, name, type]) => `  var ${name}: vehicle.${type};`).join('\n')}
  interface Window {
    Navigation: vehicle.Navigation;
  }
  /** Of the classic script. */
  var PillionVehicle: Pick<typeof import('./index.js'), 'startApp'>;
}
`
}
