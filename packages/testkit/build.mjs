// `node build.mjs [FOLDER]` writes the package that others install, by default to `dist`, ready for `npm publish FOLDER`. What
// of Pillion it needs is inside, code and types, so it depends on nothing.
import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'vite'

const home = import.meta.dirname
const folder = resolve(process.argv[2] ?? join(home, 'dist'))

rmSync(folder, { recursive: true, force: true })
mkdirSync(folder, { recursive: true })
await bundle()
copyTypes('testkit/src/kit.d.ts')
cpSync(join(home, 'README.md'), join(folder, 'README.md'))
cpSync(join(home, '../../LICENSE'), join(folder, 'LICENSE'))
const { name, version, description, license } = JSON.parse(readFileSync(join(home, 'package.json'), 'utf8'))
const types = './types/testkit/src/kit.d.ts'
const manifest = {
  name,
  version,
  description,
  license,
  type: 'module',
  engines: { node: '>=22.12' },
  exports: {
    '.': { types, default: './index.js' },
    './package.json': './package.json',
  },
  // For TypeScript projects of `"module": "commonjs"`, which do not look at `exports`.
  main: './index.js',
  types,
}
writeFileSync(join(folder, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`)

function bundle() {
  return build({
    root: home,
    configFile: false,
    logLevel: 'error',
    ssr: { noExternal: true },
    build: {
      ssr: 'src/kit.ts',
      outDir: folder,
      emptyOutDir: false,
      target: 'node22',
      minify: false,
      // Of host and schema it needs a part; what it does not name is left out, MQTT.js and TypeBox with it.
      rolldownOptions: { treeshake: { moduleSideEffects: false }, output: { entryFileNames: 'index.js' } },
    },
  })
}

/**
 * Copies the declarations that the door reaches. What comes from another package is imported from the file that declares it, for
 * that package's door reaches too much.
 */
function copyTypes(door) {
  const emitted = mkdtempSync(join(folder, 'emitted-'))
  const tsc = fileURLToPath(new URL('bin/tsc', import.meta.resolve('typescript/package.json')))
  const args = [tsc, '-p', join(home, 'tsconfig.build.json'), '--outDir', emitted]
  const { status } = spawnSync(process.execPath, args, { stdio: 'inherit' })
  if (status !== 0) process.exit(1)
  const copied = new Set()
  const copy = (file) => {
    if (copied.has(file)) return
    copied.add(file)
    const reach = (from, name) => {
      const source = from.startsWith('.') ? besides(file, from) : declaring(emitted, from, name)
      copy(source)
      const path = relative(dirname(file), source).replace(/\.d\.ts$/, '.js')
      return path.startsWith('.') ? path : `./${path}`
    }
    const text = readFileSync(join(emitted, file), 'utf8')
      .replaceAll(/^(import|export)( type)? \{([^}]*)\} from '([^']+)';$/gm, (_, verb, type, names, from) =>
        names
          .split(',')
          .filter((name) => name.trim() !== '')
          .map((name) => `${verb}${type ?? ''} {${name}} from '${reach(from, name)}';`)
          .join('\n'),
      )
      .replaceAll(/import\("([^"]+)"\)\.(\w+)/g, (_, from, name) => `import("${reach(from, name)}").${name}`)
    const left = /(from '|import\(")[^.].*/.exec(text)
    if (left) throw new Error(`${file} needs what is not in the package: ${left[0]}`)
    mkdirSync(dirname(join(folder, 'types', file)), { recursive: true })
    writeFileSync(join(folder, 'types', file), text)
  }
  copy(door)
  rmSync(emitted, { recursive: true })
}

function besides(file, from) {
  return join(dirname(file), from.replace(/\.ts$/, '.d.ts'))
}

/** The file in which a package declares a name that it exports. */
function declaring(emitted, from, part) {
  const [, name] = /^\s*(?:type )?(\w+)/.exec(part)
  const declaration = new RegExp(`^export (declare )?(class|interface|type|const|function) ${name}\\b`, 'm')
  const source = join(from.split('/')[1], 'src')
  for (const file of readdirSync(join(emitted, source), { recursive: true })) {
    if (!file.endsWith('.d.ts')) continue
    if (declaration.test(readFileSync(join(emitted, source, file), 'utf8'))) return join(source, file)
  }
  throw new Error(`${from} does not declare ${name}`)
}
