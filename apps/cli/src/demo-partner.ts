import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { resolve } from 'node:path'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import type { Output } from './output.ts'

const program = resolve(import.meta.dirname, '../../../examples/partner/src/main.ts')
const preload = new URL('end-with-parent.ts', import.meta.url).href
const endSeconds = 3

export interface DemoPartner {
  readonly pid: number | undefined
  end(): Promise<void>
}

/** Runs examples/partner with its configuration file; what it prints is passed on, marked. */
export function startDemoPartner(configFile: string, output: Output): DemoPartner {
  const child = spawn(process.execPath, ['--import', preload, program, configFile], {
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  })
  let ending = false
  passOn(child.stdout, output)
  passOn(child.stderr, output)
  child.on('error', (error) => output.notice(`The demo partner did not start: ${error.message}`))
  child.on('exit', (code, signal) => {
    if (!ending)
      output.notice(`The demo partner ended by itself (${signal ?? `exit code ${code}`}); the rest goes on.`)
  })
  // Also when this process ends without closing anything first.
  process.on('exit', () => child.kill('SIGKILL'))
  return {
    pid: child.pid,
    async end() {
      ending = true
      await endChild(child)
    },
  }
}

function passOn(stream: Readable | null, output: Output): void {
  if (stream === null) return
  createInterface({ input: stream }).on('line', (line) => {
    if (output.json) output.notice(`[partner] ${line}`)
    else output.line(`${output.style('cyan', '[partner]')} ${line}`)
  })
}

async function endChild(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const exited = once(child, 'exit')
  child.kill('SIGTERM')
  const timer = setTimeout(() => child.kill('SIGKILL'), endSeconds * 1_000)
  await exited
  clearTimeout(timer)
}
