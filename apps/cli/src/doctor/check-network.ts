import { lookup } from 'node:dns/promises'
import { connect, isIP } from 'node:net'
import type { Check } from '../checks.ts'
import { describeError, systemCode } from '../cli-error.ts'

export const PATIENCE_MILLISECONDS = 8_000

/** Does the name lead anywhere? */
export async function checkName(host: string): Promise<Check> {
  if (isIP(host) !== 0) return { isPassed: true, text: `${host} is an IP address.` }
  try {
    const addresses = (await lookup(host, { all: true })).map(({ address }) => address)
    return { isPassed: true, text: `${host} is ${addresses.join(', ')}.` }
  } catch (error) {
    return {
      isPassed: false,
      text: `The name ${host} leads nowhere (${systemCode(error) ?? describeError(error)}).`,
      fix: 'Look for a misspelt name, and at the DNS of this machine.',
    }
  }
}

/** Does anything answer at the port? */
export async function checkPort(host: string, port: number): Promise<Check> {
  const { promise, resolve } = Promise.withResolvers<string | undefined>()
  const socket = connect({ host, port, timeout: PATIENCE_MILLISECONDS })
  socket.on('connect', () => resolve(undefined))
  socket.on('timeout', () => resolve('ETIMEDOUT'))
  socket.on('error', (error) => resolve(systemCode(error) ?? error.message))
  const code = await promise
  socket.destroy()
  const where = host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`
  if (code === undefined) return { isPassed: true, text: `Something listens at ${where}.` }
  const fix =
    code === 'ECONNREFUSED'
      ? 'Check the port: partners connect to 8886, other MQTT over TLS is 8883, plain MQTT 1883; and that the server runs.'
      : 'A firewall may be in the way, or the machine is off.'
  return { isPassed: false, text: `Nothing answers at ${where} (${code}).`, fix }
}
