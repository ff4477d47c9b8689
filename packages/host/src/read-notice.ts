import { parseSignals, type SignalChange } from '@pillion/schema'

/** A `VehicleNotice`; undefined if it is none, or none that this host understands. */
export function readNotice(payload: Uint8Array): SignalChange | undefined {
  try {
    const { signals }: { signals?: unknown } = JSON.parse(new TextDecoder().decode(payload)) ?? {}
    const change = parseSignals(signals)
    return 'fault' in change ? undefined : change
  } catch {
    return undefined
  }
}
