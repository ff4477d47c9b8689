import type { Accounts } from '@pillion/accounts'
import type { Broker } from '@pillion/broker'
import type { CredentialEnds, Fleet } from '@pillion/fleet'
import type { EndConnections, PushAccess } from '@pillion/push'
import type { Logger } from 'pino'

/** MQTT 5 section 2.4; the type keeps it equal to a code of the packet package. */
const NOT_AUTHORIZED: Parameters<Broker['disconnect']>[1] = 0x87

/** Closes the connections of an account whose password, grants or existence ended. */
export function endAccountConnections(accounts: Accounts, broker: Broker, log: Logger): void {
  accounts.onChange(({ name, endsConnections }) => {
    if (endsConnections === undefined) return
    const isConcerned = ({ key }: { key: string }) => key === `account:${name}`
    const connections = broker.disconnect(isConcerned, NOT_AUTHORIZED, endsConnections)
    if (connections > 0) log.info({ account: name, connections }, `connections ended: ${endsConnections}`)
  })
}

/** Closes the connections of partners and vehicles whose credentials end, when they do. */
export function endFleetConnections(fleet: Fleet, ends: CredentialEnds, broker: Broker, log: Logger): void {
  ends.open((isConcerned, text) => {
    const connections = broker.disconnect(isConcerned, NOT_AUTHORIZED, text)
    if (connections > 0) log.info({ connections }, `connections ended: ${text}`)
  })
  fleet.onChange(({ ended }) => {
    if (ended !== undefined) ends.add(ended)
  })
}

/** Ends of credentials that may have gone unheard while the other nodes were out of reach. */
export async function findUnheardEnds(broker: Broker, fleet: Fleet, ends: CredentialEnds): Promise<void> {
  const connected = [...broker.listIdentities('partner'), ...broker.listIdentities('vehicle')]
  if (connected.length > 0) ends.add(await fleet.credentials.findEnds(connected))
}

/** Closes the connections of installations that are gone, or whose user, thing or app is gone or disabled (P 13.3). */
export function endPushConnections(broker: Broker, log: Logger): EndConnections {
  return (appID, subject, text) => {
    const isConcerned =
      subject === undefined
        ? ({ key }: { key: string }) => key.startsWith(`push:${appID}:`)
        : ({ key }: { key: string }) => key === `push:${appID}:${subject}`
    const connections = broker.disconnect(isConcerned, NOT_AUTHORIZED, text)
    if (connections > 0) log.info({ appID, subject, connections }, `connections ended: ${text}`)
  }
}

/** Closes the connections of installations whose end may have gone unheard while the other nodes were out of reach. */
export async function endStaleConnections(broker: Broker, access: PushAccess, log: Logger): Promise<void> {
  const stale = new Set<string>()
  for (const identity of broker.listIdentities('installation'))
    if (!(await access.isCurrent(identity))) stale.add(identity.key)
  if (stale.size === 0) return
  const connections = broker.disconnect(
    ({ key }) => stale.has(key),
    NOT_AUTHORIZED,
    'The installation has ended.',
  )
  log.info({ connections }, 'connections ended: their installations had ended unheard')
}
