import { type PartnerClient, PartnerError, type PopupReceipt } from '@pillion/partner'

export const idApp = 'acme-parking'

/** Finds a driver for a place that has become free. */
export class ParkingDesk {
  readonly #client: PartnerClient

  constructor(client: PartnerClient) {
    this.#client = client
  }

  /** Asks one driver after the other; resolves with the VIN of the first who takes it, undefined if nobody does. */
  async offer(place: string, vins: readonly string[]): Promise<string | undefined> {
    for (const vin of vins) {
      const text = `Place ${place} is free.\nTake it?`
      const receipt = await this.#client.popup(vin, idApp, text, { content: { place }, receipt: true })
      if (!(await isAccepted(receipt))) continue
      await this.#client.send(vin, idApp, { type: 'directions', place })
      return vin
    }
    return undefined
  }

  /** Resolves with whether the driver sees it now; if not, the app gets it as soon as it is opened. */
  async tellPrice(vin: string, euros: number): Promise<boolean> {
    const receipt = await this.#client.send(vin, idApp, { type: 'price', euros }, { receipt: true })
    return (await receipt.taken) === 'taken'
  }
}

async function isAccepted(receipt: PopupReceipt): Promise<boolean> {
  try {
    return (await receipt.outcome) === 'ok'
  } catch (error) {
    // Dropped, or no word from the vehicle: it is the next one's turn.
    if (error instanceof PartnerError) return false
    throw error
  }
}
