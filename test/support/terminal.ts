import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'

/** Only so that a page that hangs also ends. */
const patienceSeconds = 60
/** What the terminal knows after each command, for the next. */
const variablesFile = '.terminal'

/** Runs shell as a person who pastes it: in one folder, with variables that stay, and with what goes on in terminals beside. */
export class Terminal {
  readonly #folder: string
  readonly #env: NodeJS.ProcessEnv
  readonly #beside = new Map<string, Command>()

  constructor(folder: string, env: NodeJS.ProcessEnv) {
    this.#folder = folder
    this.#env = env
    // In process groups of their own, they would outlive a run of the tests that is ended.
    process.once('SIGTERM', this.#endAll)
    process.once('SIGINT', this.#endAll)
  }

  /** Variables that were set are gone. */
  async clear(): Promise<void> {
    await rm(join(this.#folder, variablesFile), { force: true })
  }

  /** Resolves with what it printed; `where` is for messages. */
  async run(script: string, { exitCode, where }: { exitCode: number; where: string }): Promise<string> {
    const command = this.#start(`trap 'export -p > ${variablesFile}' EXIT\n${script}`)
    const { child } = command
    await command.waitFor(where, () => command.hasEnded)
    assert.equal(child.exitCode, exitCode, `${where} ended with ${child.exitCode}:\n${command.printed}`)
    return command.printed
  }

  /** Goes on while others run; resolves when it has printed `text`. What goes on already is not started again. */
  async runBeside(script: string, { text, where }: { text: string; where: string }): Promise<void> {
    const command = this.#beside.get(script) ?? this.#start(script)
    this.#beside.set(script, command)
    await command.waitFor(where, () => command.printed.includes(text) || command.hasEnded)
    assert.ok(!command.hasEnded, `${where} has ended:\n${command.printed}`)
  }

  /** Ctrl-C in each that goes on; fails if one had ended by itself. */
  async end(): Promise<void> {
    const gone = [...this.#beside].filter(([, command]) => command.hasEnded).map(([script]) => script)
    await Promise.all([...this.#beside.values()].map((command) => command.interrupt()))
    process.off('SIGTERM', this.#endAll)
    process.off('SIGINT', this.#endAll)
    assert.deepEqual(gone, [], 'these have ended by themselves')
  }

  readonly #endAll = (signal: NodeJS.Signals) => {
    for (const command of this.#beside.values()) void command.interrupt()
    process.kill(process.pid, signal)
  }

  #start(script: string): Command {
    const remembered = `[ ! -f ${variablesFile} ] || . ./${variablesFile}`
    return new Command(
      spawn('/bin/sh', ['-e', '-c', `${remembered}\nset -a\n${script}`], {
        cwd: this.#folder,
        // A process group of its own: Ctrl-C in a terminal ends all of it.
        detached: true,
        stdio: ['ignore', 'pipe', 'pipe'],
        env: this.#env,
      }),
    )
  }
}

class Command {
  readonly child: ChildProcess
  printed = ''
  hasEnded = false

  constructor(child: ChildProcess) {
    this.child = child
    child.on('close', () => {
      this.hasEnded = true
      child.emit('news')
    })
    for (const stream of [child.stdout, child.stderr])
      stream?.setEncoding('utf8').on('data', (chunk: string) => {
        this.printed += chunk
        child.emit('news')
      })
  }

  async waitFor(where: string, isOver: () => boolean): Promise<void> {
    const signal = AbortSignal.timeout(patienceSeconds * 1_000)
    const hangs = () => assert.fail(`${where} hangs; it has printed\n${this.printed}`)
    while (!isOver()) await once(this.child, 'news', { signal }).catch(hangs)
    if (process.env.PILLION_DEBUG !== undefined) console.log(`— ${where}\n${this.printed}`)
  }

  async interrupt(): Promise<void> {
    if (this.hasEnded) return
    process.kill(-Number(this.child.pid), 'SIGINT')
    await once(this.child, 'close')
  }
}
