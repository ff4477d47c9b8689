import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { type Block, readPage } from '../../scripts/docs/page.ts'
import { root } from '../../scripts/docs/root.ts'

/** Only so that a page that hangs also ends. */
const patienceSeconds = 30
const listeners = { http: 8080, https: 8443, mqtt: 1883, mqtts: 8883, partners: 8886 }

/**
 * Does what a page of the documentation says, in an empty folder with ports of its own: writes the files of blocks with a name,
 * and runs each block of shell as a person would who copies it, until one ends with something else than 0.
 *
 * - `<!-- runs until: TEXT -->` before a block: goes on in the background once it has printed TEXT
 * - `<!-- prints: TEXT -->`: what it prints has TEXT in it, or several, parted by ` · `
 * - `<!-- runs not: WHY -->`: left out
 */
export async function runPage(file: string, isMeant: (block: Block) => boolean = () => true): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'pillion-page-'))
  const ports = await findFreePorts()
  const shell = new Shell(folder, ports)
  try {
    await symlink(join(root, 'node_modules'), join(folder, 'node_modules'))
    await symlink(join(root, 'examples'), join(folder, 'examples'))
    for (const block of readPage(file).blocks.filter(isMeant)) {
      if (block.title !== undefined) {
        const target = join(folder, block.title)
        await mkdir(dirname(target), { recursive: true })
        await writeFile(target, `${shell.adapt(block.text)}\n`)
      } else if (block.language === 'sh' && !block.notes.has('runs not')) {
        await shell.run(block, `${file}:${block.line}`)
      }
    }
  } finally {
    await shell.end()
    await rm(folder, { recursive: true, force: true })
  }
}

type Ports = Readonly<Record<keyof typeof listeners, number>>

class Shell {
  readonly #folder: string
  readonly #ports: Ports
  readonly #background: ChildProcess[] = []

  constructor(folder: string, ports: Ports) {
    this.#folder = folder
    this.#ports = ports
  }

  /** As it stands in the page, but for what differs here: the checkout, the command, the ports. */
  adapt(text: string): string {
    let adapted = text
      .replaceAll(/^git clone .*$/gm, '')
      .replaceAll('npm start', 'pillion demo')
      .replaceAll(/\bnpx /g, '')
    for (const [name, port] of Object.entries(this.#ports)) {
      adapted = adapted.replaceAll(new RegExp(`\\b${listeners[name as keyof Ports]}\\b`, 'g'), `${port}`)
    }
    return adapted
  }

  async run({ text, notes }: Block, where: string): Promise<void> {
    const { PATH, NODE_COMPILE_CACHE = '' } = process.env
    const child = spawn('/bin/sh', ['-e', '-c', this.adapt(text)], {
      cwd: this.#folder,
      // A process group of its own: Ctrl-C in a terminal ends all of it.
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        PATH: `${join(root, 'node_modules/.bin')}:${PATH}`,
        HOME: this.#folder,
        ...(NODE_COMPILE_CACHE !== '' && { NODE_COMPILE_CACHE }),
        ...Object.fromEntries(
          Object.entries(this.#ports).map(([name, port]) => [
            `PILLION_LISTENERS__${name.toUpperCase()}__PORT`,
            `${port}`,
          ]),
        ),
      },
    })
    this.#background.push(child)
    let printed = ''
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (chunk: string) => {
        printed += chunk
      })
    }
    const until = notes.get('runs until')
    const signal = AbortSignal.timeout(patienceSeconds * 1_000)
    const closed = once(child, 'close', { signal })
    closed.catch(() => {})
    while (until !== undefined && !printed.includes(until)) {
      await Promise.race([once(child.stdout, 'data', { signal }), closed])
      if (child.exitCode !== null) break
    }
    if (until === undefined) await closed
    const ended = `${where} ended with ${child.exitCode}`
    assert.equal(child.exitCode, until === undefined ? 0 : null, `${ended}:\n${printed}`)
    for (const expected of notes.get('prints')?.split(' · ') ?? []) {
      assert.ok(printed.includes(expected), `${where} does not print "${expected}":\n${printed}`)
    }
    if (process.env.PILLION_DEBUG !== undefined) console.log(`— ${where}\n${printed}`)
  }

  async end(): Promise<void> {
    const running = this.#background.filter(
      ({ exitCode, signalCode }) => exitCode === null && signalCode === null,
    )
    await Promise.all(
      running.map(async (child) => {
        process.kill(-Number(child.pid), 'SIGINT')
        await once(child, 'close')
      }),
    )
  }
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
