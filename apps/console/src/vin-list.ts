import { parseVin } from '@pillion/schema'

export interface VinList {
  /** Each once, in the order in which they were pasted. */
  readonly vins: readonly string[]
  /** What is no VIN. */
  readonly faults: readonly string[]
}

/** Of one request. */
export const vinsMax = 10_000

/** Reads VINs out of anything one pastes: a column of a sheet, a list with commas, quotes or semicolons. */
export function readVinList(text: string): VinList {
  const words = [...new Set(text.split(/[\s,;"'|]+/).filter((word) => word !== ''))]
  const faults = words.filter((word) => parseVin(word) === undefined)
  return { vins: words.filter((word) => parseVin(word) !== undefined), faults }
}

/** Whether it can be sent. */
export function isReady({ vins, faults }: VinList): boolean {
  return faults.length === 0 && vins.length > 0 && vins.length <= vinsMax
}
