import {
  type HostView,
  type KeptGuidance,
  type KeptRecording,
  type NotificationEntry,
  parseScenario,
  readKeptGuidance,
  readKeptRecording,
  readScenarioPlace,
  type Scenario,
  writeScenario,
} from '@pillion/host'
import { defaultVehicleSignals, mergeSignals, parseSignals, type VehicleSignals } from '@pillion/schema'
import type { KeptScenario } from './panel/scenario/scenario-deck.ts'

/** Where the user was, for the next document of this tab. */
export interface KeptScreen {
  readonly module: HostView['module']
  readonly app: string | undefined
  readonly center: HostView['center']
  readonly settings: boolean
}

type Store = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>

/**
 * What the browser keeps of one vehicle: what a car keeps when it is switched off (signals, notifications, slow network) for good; the
 * place on screen, the guidance, the scenario and a recording for this tab only. Several vehicles do not see each other. Storage that is full or denied keeps nothing, and says nothing.
 */
export class VehicleMemory {
  #vin: string
  #lasting: Store
  #tab: Store
  /** It is long and does not change: it is written once. */
  #writtenScenario: Scenario | undefined

  constructor(vin: string, lasting: Store = localStorage, tab: Store = sessionStorage) {
    this.#vin = vin
    this.#lasting = lasting
    this.#tab = tab
  }

  /** Those of a parked car where nothing is kept, or nothing that can be read. */
  readSignals(): VehicleSignals {
    const change = parseSignals(this.#read(this.#lasting, 'signals') ?? {})
    return 'fault' in change ? defaultVehicleSignals : mergeSignals(defaultVehicleSignals, change)
  }

  /** Not what the guidance says: it is this tab's, and says it anew. */
  writeSignals({ vehicle, guidance }: HostView): void {
    const none = { destination: null, maneuver: null, journey: null, nextWaypoint: null }
    this.#write(this.#lasting, 'signals', guidance.state === 'none' ? vehicle : { ...vehicle, ...none })
  }

  readNotifications(): NotificationEntry[] {
    const entries = this.#read(this.#lasting, 'notifications')
    return Array.isArray(entries) ? entries.filter(isNotification) : []
  }

  writeNotifications(entries: readonly NotificationEntry[]): void {
    this.#write(this.#lasting, 'notifications', entries)
  }

  /** Seconds that the slow network takes each way; 0: it is not slow. */
  readDelaySeconds(): number {
    const delay = this.#read(this.#lasting, 'delay')
    return typeof delay === 'number' && delay >= 0 ? delay : 0
  }

  writeDelaySeconds(seconds: number): void {
    this.#write(this.#lasting, 'delay', seconds)
  }

  readScreen(): Partial<KeptScreen> {
    const screen = this.#read(this.#tab, 'screen')
    return typeof screen === 'object' && screen !== null ? screen : {}
  }

  writeScreen(screen: KeptScreen): void {
    this.#write(this.#tab, 'screen', screen)
  }

  readGuidance(): KeptGuidance | undefined {
    return readKeptGuidance(this.#read(this.#tab, 'guidance'))
  }

  writeGuidance(guidance: KeptGuidance | undefined): void {
    this.#write(this.#tab, 'guidance', guidance)
  }

  readScenario(): KeptScenario | undefined {
    const text = this.#read(this.#tab, 'scenario')
    const place = readScenarioPlace(this.#read(this.#tab, 'scenarioPlace'))
    const scenario = typeof text === 'string' && place ? parseScenario(text).scenario : undefined
    return scenario && place && { scenario, place }
  }

  writeScenario(kept: KeptScenario | undefined): void {
    if (kept?.scenario !== this.#writtenScenario)
      this.#write(this.#tab, 'scenario', kept && writeScenario(kept.scenario))
    this.#writtenScenario = kept?.scenario
    this.#write(this.#tab, 'scenarioPlace', kept?.place)
  }

  readRecording(): KeptRecording | undefined {
    return readKeptRecording(this.#read(this.#tab, 'recording'))
  }

  writeRecording(recording: KeptRecording | undefined): void {
    this.#write(this.#tab, 'recording', recording)
  }

  /** The head unit was switched off: it starts on the wall. */
  forgetTab(): void {
    for (const part of ['screen', 'guidance', 'scenario', 'scenarioPlace', 'recording'])
      this.#write(this.#tab, part, undefined)
  }

  #key(part: string): string {
    return `pillion.${this.#vin}.${part}`
  }

  #read(store: Store, part: string): unknown {
    try {
      return JSON.parse(store.getItem(this.#key(part)) ?? 'null')
    } catch {
      return undefined
    }
  }

  /** undefined takes it away. */
  #write(store: Store, part: string, value: unknown): void {
    const key = this.#key(part)
    try {
      // First, so that nothing older is left should there be no room.
      store.removeItem(key)
      if (value !== undefined) store.setItem(key, JSON.stringify(value))
    } catch {
      // Full, or denied by the browser: then this vehicle begins anew next time.
    }
  }
}

function isNotification(entry: unknown): entry is NotificationEntry {
  if (typeof entry !== 'object' || entry === null) return false
  const { idApp, id, body, createdAt, isNew } = entry as Record<string, unknown>
  const texts = [idApp, id, body].every((text) => typeof text === 'string')
  return texts && typeof createdAt === 'number' && typeof isNew === 'boolean'
}
