import type { Accounts } from '@pillion/accounts'
import type { Broker } from '@pillion/broker'
import type { Logger } from 'pino'

/** MQTT 5 section 2.4; the type keeps it equal to a code of the packet package. */
const NOT_AUTHORIZED: Parameters<Broker['disconnect']>[1] = 0x87

/** Closes the connections of an account whose password, grants or existence ended. */
export function endAccountConnections(accounts: Accounts, broker: Broker, log: Logger): void {
  accounts.onChange(({ name, endsConnections }) => {
    if (endsConnections === undefined) return
    const connections = broker.disconnect(
      ({ key }) => key === `account:${name}`,
      NOT_AUTHORIZED,
      endsConnections,
    )
    if (connections > 0) log.info({ account: name, connections }, `connections ended: ${endsConnections}`)
  })
}
