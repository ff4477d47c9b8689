import { randomBytes } from 'node:crypto'
import {
  type App,
  formatPortalTopic,
  type IssuedPartner,
  type IssuedVehicle,
  parseUid,
  parseVin,
  type Subscriptions,
  type Uid,
  type Vin,
} from '@pillion/schema'
import { CliError, describeError } from '../cli-error.ts'
import type { AdminClient } from '../client.ts'
import { exitCodes } from '../exit-codes.ts'

export interface SignIn {
  readonly username: string
  readonly password: string
}

/** The partner and the vehicles of one run, under names that nobody else has; an app lets the one reach the others. */
export class BenchIdentities {
  readonly uid: Uid
  readonly vins: readonly Vin[]
  readonly #client: AdminClient
  #isBegun = false
  #passwords = new Map<string, string>()
  /** Of the server's certificate, on a listener with TLS. */
  authorityPem = ''

  constructor(client: AdminClient, vehicles: number) {
    const run = randomBytes(4).toString('hex')
    this.#client = client
    this.uid = parseUid(`pillion-bench-${run}`) as Uid
    this.vins = Array.from(
      { length: vehicles },
      (_, index) => parseVin(`BENCH${run.toUpperCase()}${String(index).padStart(4, '0')}`) as Vin,
    )
  }

  async add(): Promise<void> {
    const { uid, vins } = this
    // From here on something may be there, even if no answer comes.
    this.#isBegun = true
    const partner = await this.#client.post<IssuedPartner>('/partners', { uid, name: 'pillion bench' })
    this.authorityPem = partner.caPem
    const vehicles = await this.#client.post<IssuedVehicle[]>('/vehicles', { vins })
    this.#passwords = new Map([
      [uid, partner.password],
      ...vehicles.map(({ vin, password }): [string, string] => [vin, password]),
    ])
    await this.#client.post<App>('/apps', { idApp: uid, uid, name: 'pillion bench' })
    await this.#client.post<Subscriptions>(`/apps/${uid}/subscriptions`, { vins })
  }

  signIn(username: string): SignIn {
    return { username, password: this.#passwords.get(username) ?? '' }
  }

  /** What the partner publishes on to reach a vehicle, and what that one is subscribed to. */
  topicName(vin: Vin, root: string): string {
    return formatPortalTopic({ word: 'to', uid: this.uid, vin, subtopic: '' }, root)
  }

  /** Removes all that is there, whatever was added; returns what could not be removed, as commands that do it, and why. */
  async remove(): Promise<{ left: string[]; why: string }> {
    const left: string[] = []
    let why = ''
    const remove = async (noun: 'partner' | 'vehicle', name: string) => {
      try {
        await this.#client.delete(`/${noun}s/${name}`)
      } catch (error) {
        if (isNotThere(error)) return
        left.push(`pillion ${noun} remove ${name} --yes`)
        why = describeError(error)
      }
    }
    if (!this.#isBegun) return { left, why }
    // Its app goes with it.
    await remove('partner', this.uid)
    for (const vin of this.vins) await remove('vehicle', vin)
    return { left, why }
  }
}

function isNotThere(error: unknown): boolean {
  return error instanceof CliError && error.exitCode === exitCodes.refused && /_NOT_FOUND$/.test(error.code)
}
