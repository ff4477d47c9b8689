import { parseSignals, type VehicleNotice } from '@pillion/schema'

/** What of a notice this host understands. */
export function readNotice(payload: Uint8Array): VehicleNotice {
  try {
    const { signals, reports }: { signals?: unknown; reports?: unknown } =
      JSON.parse(new TextDecoder().decode(payload)) ?? {}
    const change = parseSignals(signals)
    return {
      ...('fault' in change ? {} : { signals: change }),
      ...(typeof reports === 'boolean' ? { reports } : {}),
    }
  } catch {
    return {}
  }
}
