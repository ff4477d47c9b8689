import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Broker } from '@pillion/broker'
import type { Ledger } from '@pillion/ledger'
import { type VehicleNotice, vehicleNoticeTopic } from '@pillion/schema'

/** Head units told in one turn: there may be very many. */
const TOLD_PER_TURN = 1_000

export interface ReportsWantedParts {
  readonly ledger: Pick<Ledger, 'wantsReports' | 'onWantsReports'>
  readonly broker: Pick<Broker, 'publish' | 'listIdentities'>
}

/**
 * Head units begin to report when something is recorded, and stop when nothing is. Each node tells those that are connected to
 * it; who connects later asks for its `VehicleView`. Returns the way to end it.
 */
export function tellReportsWanted({ ledger, broker }: ReportsWantedParts): () => void {
  const tell = async (reports: boolean) => {
    const notice: VehicleNotice = { reports }
    const payload = Buffer.from(JSON.stringify(notice))
    const vins = new Set(broker.listIdentities('vehicle').map(({ name }) => name))
    let told = 0
    for (const vin of vins) {
      // It has changed again, and they are told of that.
      if (ledger.wantsReports !== reports) return
      broker.publish(vehicleNoticeTopic(vin), payload)
      if (++told % TOLD_PER_TURN === 0) await nextTurn()
    }
  }
  return ledger.onWantsReports((isWanted) => void tell(isWanted))
}
