import { spawn } from 'node:child_process'
import type { Output } from './output.ts'

const openers: Partial<Record<NodeJS.Platform, [string, ...string[]]>> = {
  darwin: ['open'],
  win32: ['rundll32', 'url.dll,FileProtocolHandler'],
  linux: ['xdg-open'],
}

/** Opens an address in the default browser if this machine has a way to; otherwise says so. */
export function openBrowser(url: string, output: Output): void {
  const [command = 'xdg-open', ...args] = openers[process.platform] ?? []
  const child = spawn(command, [...args, url], { stdio: 'ignore', detached: true })
  child.on('error', () =>
    output.notice('No browser could be opened from here; open the address above yourself.'),
  )
  child.unref()
}
