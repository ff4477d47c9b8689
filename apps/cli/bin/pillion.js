#!/usr/bin/env node
// Plain JavaScript, because it must run on a Node that cannot run the rest: on anything older than 24.12
// it hands over to the Node of the `node` package, which `npm install` puts beside our dependencies.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const [major, minor] = process.versions.node.split('.').map(Number)

if (major > 24 || (major === 24 && minor >= 12)) await import('../src/main.ts')
else handOver()

function handOver() {
  const node = findNode()
  if (node === undefined) {
    process.stderr.write(
      `error: pillion needs Node 24.12 or newer; this is ${process.versions.node}.\n` +
        'Run `npm install` in the repository (it brings a fitting Node along), or install one from https://nodejs.org.\n',
    )
    process.exitCode = 1
    return
  }
  const child = spawn(node, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], { stdio: 'inherit' })
  // In a terminal the child gets Ctrl-C by itself as well; it counts signals that arrive together as one.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  child.on('error', (error) => {
    process.stderr.write(`error: cannot start ${node}: ${error.message}\n`)
    process.exitCode = 1
  })
  child.on('exit', (code, signal) => {
    if (signal === null) process.exit(code)
    process.removeAllListeners(signal)
    process.kill(process.pid, signal)
  })
}

function findNode() {
  try {
    const folder = dirname(createRequire(import.meta.url).resolve('node/package.json'))
    return [join(folder, 'bin', 'node'), join(folder, 'bin', 'node.exe')].find((file) => existsSync(file))
  } catch {
    return undefined
  }
}
