import { relative, resolve } from 'node:path'
import type { RunningServer } from '@pillion/server'
import { alignColumns, type Output } from './output.ts'
import { quoteForShell } from './quote-for-shell.ts'

const folderOfRepository = resolve(import.meta.dirname, '../../..')

/** What listens where, and who may come in. */
export function describeListeners(server: RunningServer, output: Output): string[] {
  const open = server.config.access.mode === 'open'
  const rows = server.listeners.map(({ name, address }) => [name, address, describeAccess(name, open)])
  const lines = alignColumns(rows).map((line) => `  ${line}`)
  if (open)
    lines.push(
      '',
      output.style(['bold', 'red'], '  Access is open: anyone on this machine may read and send everything.'),
    )
  const outside = server.listeners.filter(({ address }) => !/^(127\.|\[?::1\]?:|localhost:)/.test(address))
  lines.push(
    '',
    outside.length === 0
      ? '  Reachable from this machine only; listeners.<name>.host in the configuration opens them.'
      : `  Reachable from other machines: ${outside.map(({ name }) => name).join(', ')}.`,
  )
  return lines
}

function describeAccess(name: RunningServer['listeners'][number]['name'], open: boolean): string {
  if (name === 'http')
    return 'portal, apps, push (/api), MQTT over WebSocket (/mqtt); /admin with the admin token'
  if (name === 'https') return 'the same over TLS'
  if (open) return name === 'partners' ? 'MQTT over TLS with a client certificate' : 'MQTT, anyone'
  if (name === 'mqtt') return 'MQTT with name and password'
  if (name === 'mqtts') return 'MQTT over TLS with name and password'
  return "MQTT over TLS with a partner's client certificate, name and password"
}

/** How the first operator comes in; nothing once there is one. */
export function describeFirstOperator({ firstOperatorUrl }: RunningServer, output: Output): string[] {
  if (firstOperatorUrl === undefined) return []
  return [
    '',
    'Console: nobody can sign in yet. Open this link once, within a day, to become its admin:',
    `  ${output.style('bold', firstOperatorUrl)}`,
  ]
}

/** `npx pillion …` as it works from the repository's root, whatever data directory the server has. */
export function commandFor(server: RunningServer): (args: string) => string {
  const data = describeData(server)
  const flag = data === 'pillion-data' ? '' : ` --data ${quoteForShell(data)}`
  return (args) => `npx pillion ${args}${flag}`
}

/** The data directory, short if it is below the repository. */
export function describeData(server: RunningServer): string {
  const full = resolve(server.config.data)
  const short = relative(folderOfRepository, full)
  return short.startsWith('..') || short === '' ? full : short
}
