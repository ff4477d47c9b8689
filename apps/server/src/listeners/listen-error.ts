import type { ListenerName } from '../config.ts'
import { variableOf } from '../config-sources.ts'
import { formatAddress } from './bound-listener.ts'
import { describePortOwner } from './port-owner.ts'

/** A listener could not be opened; the text says which, why, and what to change. */
export class ListenError extends Error {
  readonly listener: ListenerName

  constructor(name: ListenerName, address: { host: string; port: number }, cause: NodeJS.ErrnoException) {
    super(
      `The ${name} listener cannot open ${formatAddress(address)}: ${explain(name, address.port, cause)}`,
      {
        cause,
      },
    )
    this.name = 'ListenError'
    this.listener = name
  }
}

function explain(name: ListenerName, taken: number, { code, message }: NodeJS.ErrnoException): string {
  const port = `listeners.${name}.port (--${name} PORT, ${variableOf(`listeners.${name}.port`)})`
  if (code === 'EADDRINUSE') {
    const owner = describePortOwner(taken)
    const who = owner === undefined ? '' : ` ${owner} has it.`
    return `the port is taken.${who} Stop the program that has it, or choose another with ${port}.`
  }
  if (code === 'EACCES') return `this user may not open that port. Choose one above 1023 with ${port}.`
  if (code === 'EADDRNOTAVAIL') return `this machine has no such address. Correct listeners.${name}.host.`
  return message
}
