import type { StateHolder } from '../state.ts'
import { bounded } from './figures.ts'

/** `Radio` (W 10.6). */
export function createRadio(state: StateHolder) {
  const radio = () => state.current.radio
  return {
    /** kHz; DAB: 0 to 63. */
    GetFrequency: () => radio().frequencyKhz,
    /** 0: none. */
    GetPreset: () => bounded(radio().preset, 0, 5),
    GetBand: () => radio().band,
    PSName: () => radio().programme,
    /** 1 to 31, or false for a programme without a type. */
    PTY: () => bounded(radio().programmeType, 0, 31) || false,
    RDS: () => radio().hasRds,
    TA: () => radio().hasTrafficAnnouncements,
    Text: () => radio().text,
  }
}
