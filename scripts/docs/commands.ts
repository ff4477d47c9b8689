import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Command } from 'commander'
import { buildProgram } from '../../apps/cli/src/program.ts'
import rootPackage from '../../package.json' with { type: 'json' }
import { nearest } from '../../packages/schema/src/index.ts'
import type { Page, Placed } from './page.ts'
import type { Problem } from './problem.ts'
import { root } from './root.ts'

/** `pillion …`, `npm run …` and `node FILE` that are not there, or not like this. Nothing is run. */
export function checkCommands(pages: readonly Page[]): Problem[] {
  return pages.flatMap((page) => {
    const inBlocks = (language: RegExp) =>
      page.blocks.filter((block) => language.test(block.language)).flatMap(splitLines)
    const whole = inBlocks(/^(sh|bash)$/).map((placed) => ({ ...placed, isWhole: true }))
    const named = [...inBlocks(/^(text)?$/), ...page.inlineCode].map((placed) => ({
      ...placed,
      isWhole: false,
    }))
    return [...whole, ...named].flatMap(({ line, text, isWhole }) =>
      findCommands(text).flatMap((words) => {
        const fault = findFault(words, { isWhole, folder: dirname(page.file) })
        return fault === undefined ? [] : [{ file: page.file, line, ...fault }]
      }),
    )
  })
}

type Fault = Pick<Problem, 'what' | 'nearest'>

/** One command each: lines that end in a backslash go on. */
function splitLines({ text, line }: Placed): Placed[] {
  const found: Placed[] = []
  let open: { text: string; line: number } | undefined
  for (const [index, each] of text.split('\n').entries()) {
    const placed = open ?? { text: '', line: line + index }
    placed.text += each.replace(/\\$/, ' ')
    open = each.endsWith('\\') ? placed : undefined
    if (open === undefined) found.push(placed)
  }
  return found
}

/** The words of each command in a line of shell that begins with something of ours. */
function findCommands(line: string): string[][] {
  const commands: string[][] = [[]]
  const token =
    /\s*(?:(?<comment>#.*)|(?<end>&&|\|\||[|;&])|(?<word>(?:'[^']*'|"[^"]*"|\$\([^)]*\)|\\.|[^\s'"|;&])+))/gy
  for (const { groups } of line.matchAll(token)) {
    if (groups?.end !== undefined) commands.push([])
    if (groups?.word !== undefined)
      commands.at(-1)?.push(groups.word.replaceAll(/'([^']*)'|"([^"]*)"/g, '$1$2'))
  }
  return commands.map((words) => {
    const begins = words.findIndex((word) => !/^(\w+=.*|sudo|exec|\$|>|npx)$/.test(word))
    return begins === -1 ? [] : words.slice(begins)
  })
}

function findFault(
  [name, ...args]: readonly string[],
  { isWhole, folder }: { isWhole: boolean; folder: string },
): Fault | undefined {
  if (name === 'pillion') return isWhole ? parseWhole(args) : parseNamed(args)
  if (name === 'npm' && args[0] === 'run') return findScriptFault(args[1] ?? '')
  const file = args.find((each) => /\.(ts|mjs|js)$/.test(each))
  if (name !== 'node' || file === undefined || !file.includes('/') || /[…<*]|^\//.test(file)) return undefined
  const isThere = existsSync(root + file) || existsSync(join(root, folder, file))
  return isThere ? undefined : { what: `there is no ${file}` }
}

function findScriptFault(name: string): Fault | undefined {
  const { scripts } = rootPackage
  if (name in scripts || name === '') return undefined
  return { what: `there is no \`npm run ${name}\``, nearest: nearest(name, Object.keys(scripts)) }
}

/** As commander would take it, all that is required included. */
function parseWhole(args: readonly string[]): Fault | undefined {
  if (args.some((arg) => /[…<[]|\$\(/.test(arg))) return parseNamed(args)
  const program = buildProgram()
  silence(program)
  const taken = new Error('It would be run now.')
  program.hook('preAction', () => {
    throw taken
  })
  try {
    program.parse(args, { from: 'user' })
    return undefined
  } catch (error) {
    const { message, exitCode } = error as Error & { exitCode?: number }
    if (error === taken || exitCode === 0) return undefined
    const [what = '', hint] = message.replace(/^error: /, '').split('\n')
    return {
      what: `pillion ${args.join(' ')}: ${what}`,
      nearest: /Did you mean (.*?)\?/.exec(hint ?? '')?.[1],
    }
  }
}

function silence(command: Command): void {
  command
    .exitOverride((error) => {
      throw error
    })
    .configureOutput({ writeOut: () => {}, writeErr: () => {}, outputError: () => {} })
  for (const child of command.commands) silence(child)
}

/** `pillion app add IDAPP`: the command and its options are there; what it needs besides may be left out. */
function parseNamed(args: readonly string[]): Fault | undefined {
  let command: Command = buildProgram()
  const rest = [...args]
  while (command.commands.length > 0) {
    const name = rest[0]
    if (name === undefined || !/^[a-z]/.test(name)) break
    const next = command.commands.find((each) => each.name() === name)
    if (next === undefined) {
      const names = command.commands.map((each) => each.name())
      return { what: `there is no \`pillion ${args.join(' ')}\``, nearest: nearest(name, names) }
    }
    command = next
    rest.shift()
  }
  const flags = [...command.options.flatMap(({ short, long }) => [short, long]), '-h', '--help']
  const unknown = rest
    .flatMap((arg) => /^\[?(--?[a-z][\w-]*)/.exec(arg)?.[1] ?? [])
    .find((flag) => !flags.includes(flag))
  if (unknown === undefined) return undefined
  const known = flags.filter((flag) => flag !== undefined)
  return { what: `\`pillion ${args.join(' ')}\` has no ${unknown}`, nearest: nearest(unknown, known) }
}
