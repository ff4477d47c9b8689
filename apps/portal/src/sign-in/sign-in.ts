import { systemClock } from '@pillion/host'
import { parseVin } from '@pillion/schema'
import { type ReadonlySignal, signal } from '@preact/signals'
import { type Credentials, forgetCredentials, keepCredentials, takeCredentials } from '../credentials.ts'
import { EventLog } from '../event-log.ts'
import { HeadUnit } from '../head-unit.ts'
import { fetchVehicle } from '../vehicle-api.ts'

/** Where the page stands on its way to a running head unit. */
export type SignInPhase =
  /** The form; `fault` says why the last attempt failed. */
  | { readonly kind: 'form'; readonly vin: string; readonly fault?: string }
  | { readonly kind: 'asking'; readonly vin: string }
  /** Tried again at `retryAt` (ms since 1970), until it works or the user gives up. */
  | { readonly kind: 'away'; readonly vin: string; readonly text: string; readonly retryAt: number }
  | { readonly kind: 'running'; readonly headUnit: HeadUnit }

const retrySecondsMax = 15

/** Signs the head unit in, patiently: a server that is away is asked again until it is back. */
export class SignIn {
  readonly phase: ReadonlySignal<SignInPhase>
  readonly log = new EventLog()
  #phase = signal<SignInPhase>({ kind: 'form', vin: '' })
  #attempt = 0
  #credentials: Credentials | undefined
  #cancelRetry = () => {}

  constructor() {
    this.phase = this.#phase
    const credentials = takeCredentials()
    if (credentials) this.signIn(credentials)
    // A bookmark with credentials, opened in this same tab.
    window.addEventListener('hashchange', () => {
      if (!location.hash.includes('vin=')) return
      const credentials = takeCredentials()
      if (credentials) this.signIn(credentials)
    })
  }

  signIn(credentials: Credentials): void {
    this.#stop()
    const { vin } = credentials
    if (parseVin(vin) === undefined) {
      this.#phase.value = { kind: 'form', vin, fault: 'A VIN has exactly 17 letters and digits.' }
      return
    }
    this.#credentials = credentials
    this.#ask(0)
  }

  /** The vehicle was switched off, and is switched on again; the screen stays dark until it is there. */
  restart(): void {
    if (this.#phase.value.kind !== 'running') return
    this.#stop()
    this.#ask(1)
  }

  /** Does not wait for the next attempt. */
  retryNow(): void {
    if (this.#phase.value.kind === 'away') this.#ask(0)
  }

  signOut(): void {
    const phase = this.#phase.value
    const vin = phase.kind === 'running' ? phase.headUnit.view.value.vin : phase.vin
    this.#stop()
    forgetCredentials()
    this.log.clear()
    this.#phase.value = { kind: 'form', vin }
  }

  #stop(): void {
    this.#attempt++
    this.#cancelRetry()
    if (this.#phase.value.kind === 'running') this.#phase.value.headUnit.stop()
  }

  async #ask(failures: number): Promise<void> {
    const credentials = this.#credentials
    if (!credentials) return
    this.#cancelRetry()
    const attempt = ++this.#attempt
    const { vin } = credentials
    if (failures === 0) this.#phase.value = { kind: 'asking', vin }
    const answer = await fetchVehicle(credentials)
    if (attempt !== this.#attempt) return
    if (answer.kind === 'vehicle') {
      keepCredentials(credentials)
      const headUnit = new HeadUnit(answer.vehicle, credentials, this.log)
      this.#phase.value = { kind: 'running', headUnit }
    } else if (answer.kind === 'refused') {
      forgetCredentials()
      const fault =
        'The server knows no vehicle with this VIN and password. Check both; passwords are case-sensitive.'
      this.#phase.value = { kind: 'form', vin, fault }
    } else {
      const waitSeconds = answer.waitSeconds ?? Math.min(retrySecondsMax, 2 ** failures)
      const retryAt = systemClock.now() + waitSeconds * 1_000
      this.#phase.value = { kind: 'away', vin, text: answer.text, retryAt }
      this.#cancelRetry = systemClock.after(waitSeconds * 1_000, () => this.#ask(failures + 1))
    }
  }
}
