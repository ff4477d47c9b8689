import type { PartnerClient } from '@pillion/partner'
import { places } from './places.ts'

const idApp = 'demo-deliveries'

interface Stop {
  readonly id: string
  /** A stop of a later round replaces those of earlier ones. */
  readonly round: number
  readonly name: string
  readonly address: string
  readonly window: string
  readonly parcels: number
  readonly note?: string
}

/**
 * Plans a courier's rounds. Keeps no list of its own: each report of the app says which stops it has and which are
 * delivered, and the answer is what is missing. So it does not matter which message got lost, or who was restarted.
 */
export class DeliveriesDesk {
  readonly #client: PartnerClient

  constructor(client: PartnerClient) {
    this.#client = client
  }

  /** Sends the first round before the app was ever opened: the stops wait for it (at most 10 messages do). */
  greet(vin: string): Promise<string> {
    return this.#sendStops(vin, stopsOf(1))
  }

  /** Takes what came from the app, whatever it is; see examples/README.md for what it should be. */
  async answer(
    vin: string,
    content: { type?: unknown; known?: unknown; delivered?: unknown },
  ): Promise<string> {
    if (content.type !== 'round') return 'not understood'
    const known = idsIn(content.known)
    const delivered = idsIn(content.delivered)
    if (delivered.length > 0) await this.#client.send(vin, idApp, { type: 'confirmed', ids: delivered })
    const round = Math.max(1, ...known.map(roundOf))
    const open = stopsOf(round).filter(({ id }) => !delivered.includes(id))
    if (open.length === 0) return this.#startRound(vin, round + 1)
    return this.#sendStops(
      vin,
      open.filter(({ id }) => !known.includes(id)),
    )
  }

  async #startRound(vin: string, round: number): Promise<string> {
    const outcome = await this.#sendStops(vin, stopsOf(round))
    await this.#client.popup(
      vin,
      idApp,
      `Round ${round - 1} is done\nRound ${round} has ${places.length} stops`,
    )
    return `round ${round - 1} done, ${outcome}`
  }

  async #sendStops(vin: string, stops: readonly Stop[]): Promise<string> {
    for (const stop of stops) await this.#client.send(vin, idApp, { type: 'stop', stop })
    return stops.length === 0 ? 'confirmed' : `${stops.length} stops sent`
  }
}

function stopsOf(round: number): Stop[] {
  return places.map((place, index) => ({ id: `${round}-${index + 1}`, round, ...place }))
}

function roundOf(id: string): number {
  return Number.parseInt(id, 10) || 1
}

function idsIn(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((id) => typeof id === 'string').slice(0, 30) : []
}
