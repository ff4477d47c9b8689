import { readFileSync } from 'node:fs'

/** SYNs, and answers to them, that this machine has sent again since boot: of servers that were too slow to accept. Undefined without /proc. */
export function readSynRetransmits(): number | undefined {
  try {
    const [names, values] = readFileSync('/proc/net/netstat', 'latin1')
      .split('\n')
      .filter((line) => line.startsWith('TcpExt:'))
      .map((line) => line.split(' '))
    const value = Number(values?.[names?.indexOf('TCPSynRetrans') ?? -1])
    return Number.isNaN(value) ? undefined : value
  } catch {
    return undefined
  }
}
