import type { ListenerName } from '../config.ts'
import { variableOf } from '../config-sources.ts'
import { formatAddress } from './bound-listener.ts'

/** A listener could not be opened; the text says which, why, and what to change. */
export class ListenError extends Error {
  readonly listener: ListenerName

  constructor(name: ListenerName, address: { host: string; port: number }, cause: NodeJS.ErrnoException) {
    super(`The ${name} listener cannot open ${formatAddress(address)}: ${explain(name, cause)}`, {
      cause,
    })
    this.name = 'ListenError'
    this.listener = name
  }
}

function explain(name: ListenerName, { code, message }: NodeJS.ErrnoException): string {
  const port = `listeners.${name}.port (--${name} PORT, ${variableOf(`listeners.${name}.port`)})`
  if (code === 'EADDRINUSE')
    return `the port is taken. Stop the program that has it, or choose another with ${port}.`
  if (code === 'EACCES') return `this user may not open that port. Choose one above 1023 with ${port}.`
  if (code === 'EADDRNOTAVAIL') return `this machine has no such address. Correct listeners.${name}.host.`
  return message
}
