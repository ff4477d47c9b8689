import type { FrameEvent } from '@pillion/schema'
import { createEmitter, type Emitter } from './emitter.ts'
import { isInWave, type Wave } from './waves.ts'

export type Emitters = Readonly<Record<FrameEvent['emitter'], Emitter>>

/** Every emitter of W 5.3 with the events of W 10; the last three of `HMI` belong to `Device.PopupRequest` (W 14). */
const eventNames: Readonly<Record<FrameEvent['emitter'], readonly string[]>> = {
  Car: ['driverDistractionOn', 'driverDistractionOff', 'distanceUnit', 'fuelUnit', 'speedUnit'],
  Connectivity: ['connectivityOn', 'connectivityOff'],
  HMI: [
    'homeBtnClick',
    'okBtnPopupRequestClicked',
    'cancelBtnPopupRequestClicked',
    'closeTimeoutPopupRequest',
  ],
  'HMI.Settings': ['languageSet', 'themeSet'],
  'HMI.WebBrowser': ['show', 'hide'],
  Media: [],
  'Media.Audio': ['audioAvailable', 'audioLost'],
  Navigation: [
    'InvalidCoordinates',
    'RouteCalculationSuccessful',
    'RouteCalculationFailed',
    'RouteCalculationCancelled',
    'WebDestinationReached',
  ],
  Privacy: ['ModePublic', 'ModeGeoloc', 'ModeFull'],
  System: ['OnShutDown'],
}

/** The published feature test spells it with one L (W 5.3). */
const aliases = { RouteCalculationCanceled: 'RouteCalculationCancelled' }

/** An event of another wave is neither a property nor ever fired (W 10). */
export function createEmitters(wave: Wave): Emitters {
  const create = (emitter: FrameEvent['emitter']) =>
    createEmitter(
      eventNames[emitter].filter((name) => isInWave(`${emitter}.${name}`, wave)),
      emitter === 'Navigation' ? aliases : {},
    )
  const names = Object.keys(eventNames) as FrameEvent['emitter'][]
  return Object.fromEntries(names.map((name) => [name, create(name)])) as unknown as Emitters
}
