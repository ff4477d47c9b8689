import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Block, Page } from './page.ts'
import type { Problem } from './problem.ts'
import { root } from './root.ts'

/** What the compiler says of a name that is not there: the text around the snippet has it. */
const ofPieces = new Set(['TS2304', 'TS2552', 'TS18004'])
const extensions: Readonly<Record<string, string>> = { ts: 'mts', js: 'mjs', html: 'cjs', diff: 'mjs' }

/**
 * Snippets of TypeScript and JavaScript, those in HTML and the new side of changes included, as the compiler takes them: syntax,
 * what they import, and how they use it. Names that are not declared in the snippet itself are believed.
 */
export function checkTypedSnippets(pages: readonly Page[]): Problem[] {
  const folder = mkdtempSync(join(tmpdir(), 'pillion-snippets-'))
  try {
    symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'))
    const placed = new Map<string, { file: string; line: number }>()
    for (const { file, blocks } of pages)
      for (const block of blocks.filter(({ notes }) => !notes.has('runs not'))) {
        const extension = extensions[block.language]
        if (extension === undefined) continue
        const name = `snippet-${placed.size}.${extension}`
        writeFileSync(join(folder, name), readProgram(block))
        placed.set(name, { file, line: block.line })
      }
    const options = { ...compilerOptions, typeRoots: [join(root, 'node_modules/@types')] }
    writeFileSync(
      join(folder, 'tsconfig.json'),
      JSON.stringify({ compilerOptions: options, files: [...placed.keys()] }),
    )
    const { stdout } = spawnSync(join(root, 'node_modules/.bin/tsc'), ['-p', folder, '--pretty', 'false'], {
      cwd: folder,
      encoding: 'utf8',
    })
    return stdout.split('\n').flatMap((line) => readFault(line, placed))
  } finally {
    rmSync(folder, { recursive: true })
  }
}

const compilerOptions = {
  target: 'es2024',
  module: 'nodenext',
  lib: ['es2024', 'dom', 'dom.iterable', 'dom.asynciterable', 'esnext.disposable'],
  types: ['node'],
  strict: false,
  allowJs: true,
  checkJs: true,
  allowImportingTsExtensions: true,
  noEmit: true,
  skipLibCheck: true,
}

/** The lines stay where they are. */
function readProgram({ language, text }: Block): string {
  if (language === 'diff') return text.replaceAll(/^-.*$/gm, '').replaceAll(/^[+ ]/gm, '')
  if (language !== 'html') return `${text}\nexport {}\n`
  let isScript = false
  return text
    .split('\n')
    .map((line) => {
      if (/<script>/.test(line)) isScript = true
      else if (/<\/script>/.test(line)) isScript = false
      else if (isScript) return line
      return ''
    })
    .join('\n')
}

function readFault(line: string, placed: ReadonlyMap<string, { file: string; line: number }>): Problem[] {
  const [, name = '', at = '', code = '', what = ''] =
    /^(snippet-\d+\.\w+)\((\d+),\d+\): error (TS\d+): (.*)$/.exec(line) ?? []
  const place = placed.get(name)
  if (place === undefined || ofPieces.has(code)) return []
  // Pages say less than their types want; a browser runs them. But they must be JavaScript.
  if (name.endsWith('.cjs') && !/^TS1\d{3}$/.test(code)) return []
  return [{ file: place.file, line: place.line + Number(at) - 1, what: `${what} (${code})` }]
}
