import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { type Block, readPage } from '../../scripts/docs/page.ts'
import { root } from '../../scripts/docs/root.ts'
import { Terminal } from './terminal.ts'

const listeners = { http: 8080, https: 8443, mqtt: 1883, mqtts: 8883, partners: 8886 }
type Ports = Readonly<Record<keyof typeof listeners, number>>

export interface ReaderOptions {
  /** What runs in a terminal of its own all the while; pages that say to start it find it running. Empty: nothing. */
  readonly start: string
  /** What stands in the pages for something else here: it → what it is. */
  readonly names?: Readonly<Record<string, string>>
  /** What is there before the first page: path within the folder → text. */
  readonly files?: Readonly<Record<string, string>>
  readonly env?: Readonly<Record<string, string>>
}

/**
 * Does what pages of the documentation say, one after the other, in a folder with ports of its own: writes the files of blocks
 * with a name, and runs each block of shell (and of SQL) as a person would who copies it. Notes before a block:
 *
 * - `<!-- runs until: TEXT -->`: goes on in the background once it has printed TEXT
 * - `<!-- prints: TEXT -->`: what it prints has TEXT in it, or several, parted by ` · `
 * - `<!-- prints later: TEXT -->`: goes on in the background, and must have printed TEXT when the page is done
 * - `<!-- ends with: 1 -->`: not with 0
 * - `<!-- where ID: TEXT -->`: for ID stands, in the rest of the page, what was printed last after TEXT
 * - `<!-- runs not: WHY -->`: left out
 * - `<!-- first: COMMANDS -->`, on its own, with one line or several: what the page presupposes; what was done already is not
 *   done again, and what it printed then counts
 */
export class Reader {
  readonly #folder: string
  readonly #terminal: Terminal
  readonly #stands: readonly (readonly [RegExp, string])[]
  /** Each command, and what it and those beside it have printed. */
  readonly #done = new Map<string, string>()
  readonly #awaited: { script: string; text: string; where: string }[] = []

  private constructor(folder: string, terminal: Terminal, stands: readonly (readonly [RegExp, string])[]) {
    this.#folder = folder
    this.#terminal = terminal
    this.#stands = stands
  }

  static async open({ start, names = {}, files = {}, env = {} }: ReaderOptions): Promise<Reader> {
    const folder = await mkdtemp(join(tmpdir(), 'pillion-page-'))
    for (const name of ['node_modules', 'examples', 'deploy'])
      await symlink(join(root, name), join(folder, name))
    const ports = await findFreePorts()
    const terminal = new Terminal(folder, { ...makeEnvironment(folder, ports), ...env })
    const reader = new Reader(folder, terminal, listStands(folder, ports, names))
    for (const [name, text] of Object.entries(files)) await reader.#write(name, text)
    try {
      if (start !== '')
        await terminal.runBeside(reader.#adapt(start).trim(), { text: 'Ctrl-C', where: start })
      return reader
    } catch (error) {
      await reader.end().catch(() => {})
      throw error
    }
  }

  async read(file: string): Promise<void> {
    await this.#terminal.clear()
    const words = new Map<string, string>()
    let printed = ''
    for (const block of readPage(file).blocks) {
      const where = `${file}:${block.line}`
      for (const [name, before] of block.notes) {
        const word = /^where (\S+)$/.exec(name)?.[1]
        if (word !== undefined)
          words.set(word, findAfter(before, printed) ?? assert.fail(`${where}: no ${before}`))
      }
      if (block.title !== undefined) await this.#write(block.title, fill(this.#adapt(block.text), words))
      else if (!block.notes.has('runs not')) printed += await this.#run(block, words, where)
    }
    for (const { script, text, where } of this.#awaited.splice(0))
      await this.#terminal.runBeside(script, { text, where })
  }

  async end(): Promise<void> {
    try {
      await this.#terminal.end()
    } finally {
      await rm(this.#folder, { recursive: true, force: true })
    }
  }

  async #run(block: Block, words: ReadonlyMap<string, string>, where: string): Promise<string> {
    const { notes, isHidden } = block
    const { script, output } = readShell(block.language, fill(this.#adapt(block.text), words).trim())
    const commands = splitCommands(script)
    const missing = isHidden ? commands.filter((each) => !this.#done.has(each)) : commands
    const before = isHidden ? commands.map((each) => this.#done.get(each) ?? '').join('\n') : ''
    if (missing.length === 0) return before
    const [until, later] = [notes.get('runs until'), notes.get('prints later')]
    if (until !== undefined || later !== undefined) {
      if (later !== undefined) this.#awaited.push({ script, text: later, where })
      await this.#terminal.runBeside(script, { text: until ?? '', where })
      return ''
    }
    const exitCode = Number(notes.get('ends with') ?? 0)
    const printed = await this.#terminal.run(isHidden ? missing.join('\n') : script, { exitCode, where })
    for (const expected of [output, ...(notes.get('prints')?.split(' · ') ?? [])])
      assert.ok(printed.includes(expected), `${where} does not print\n${expected}\nbut\n${printed}`)
    for (const command of missing) this.#done.set(command, printed)
    return before + printed
  }

  async #write(name: string, text: string): Promise<void> {
    const target = join(this.#folder, name)
    await mkdir(dirname(target), { recursive: true })
    await writeFile(target, `${text}\n`)
  }

  /** As it stands in the page, but for what differs here: the checkout, the command, ports, folders and names. */
  #adapt(text: string): string {
    return this.#stands.reduce((adapted, [from, to]) => adapted.replaceAll(from, to), text)
  }
}

/** What a block has the shell do, and the output that it shows. */
function readShell(language: string, text: string): { script: string; output: string } {
  if (language === 'sh') return { script: text, output: '' }
  if (language === 'sql')
    return { script: `psql --quiet --set ON_ERROR_STOP=1 --file - <<'SQL'\n${text}\nSQL`, output: '' }
  if (language !== 'console') return { script: '', output: '' }
  const lines = text.split('\n')
  return {
    script: lines.flatMap((line) => /^\$ (.*)/.exec(line)?.[1] ?? []).join('\n'),
    output: lines.filter((line) => !line.startsWith('$ ')).join('\n'),
  }
}

function listStands(
  folder: string,
  ports: Ports,
  names: Readonly<Record<string, string>>,
): [RegExp, string][] {
  return [
    [/^git clone .*$/gm, ''],
    [/\bnpm start\b/g, 'pillion demo'],
    [/\bnpx /g, ''],
    [/\bpillion\.example\.com\b/g, 'localhost'],
    ...Object.entries(names).map(([from, to]): [RegExp, string] => [
      new RegExp(escapePattern(from), 'g'),
      to,
    ]),
    [/(?<![\w.])\/(?=(?:etc|var\/lib)\/pillion|run\/secrets)/g, `${folder}/`],
    ...Object.entries(listeners).map(([name, port]): [RegExp, string] => [
      new RegExp(`\\b${port}\\b`, 'g'),
      `${ports[name as keyof Ports]}`,
    ]),
  ]
}

function makeEnvironment(folder: string, ports: Ports): NodeJS.ProcessEnv {
  const { PATH, NODE_COMPILE_CACHE = '' } = process.env
  const listening = Object.entries(ports).map(([name, port]) => [
    `PILLION_LISTENERS__${name.toUpperCase()}__PORT`,
    `${port}`,
  ])
  return {
    PATH: `${join(root, 'node_modules/.bin')}:${PATH}`,
    HOME: folder,
    // The reader trusts the server's own authority.
    CURL_CA_BUNDLE: join(folder, 'pillion-data/ca/certificate.pem'),
    ...(NODE_COMPILE_CACHE !== '' && { NODE_COMPILE_CACHE }),
    ...Object.fromEntries(listening),
  }
}

/** Of `password: x`, `"password": "x"`, `password   x` with `password`: x. */
function findAfter(before: string, printed: string): string | undefined {
  const found = [...printed.matchAll(new RegExp(`${escapePattern(before)}["':=\\s]+([^\\s"',]+)`, 'g'))]
  return found.at(-1)?.[1]
}

function fill(text: string, words: ReadonlyMap<string, string>): string {
  let filled = text
  for (const [word, value] of words)
    filled = filled.replaceAll(new RegExp(`(?<![\\w$-])${word}(?![\\w=])`, 'g'), () => value)
  return filled
}

function escapePattern(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\/-]/g, '\\$&')
}

/** One each; lines that end in a backslash go on. */
function splitCommands(script: string): string[] {
  return script.split(/(?<!\\)\n/).filter((line) => line.trim() !== '')
}

/** All open at once, so that no two are the same. */
async function findFreePorts(): Promise<Ports> {
  const servers = await Promise.all(
    Object.keys(listeners).map(async () => {
      const server = createServer().listen(0, '127.0.0.1')
      await once(server, 'listening')
      return server
    }),
  )
  const ports = servers.map((server) => (server.address() as { port: number }).port)
  await Promise.all(servers.map((server) => once(server.close(), 'close')))
  return Object.fromEntries(Object.keys(listeners).map((name, index) => [name, ports[index]])) as Ports
}
