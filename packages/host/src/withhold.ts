import type { VehicleSignals } from '@pillion/schema'

/**
 * What apps may know in the present privacy mode (W 9.2): position and guidance in Public only, the speed not in Private. It
 * is withheld here, for an app could read past the getters in its frame.
 */
export function withhold(signals: VehicleSignals): VehicleSignals {
  const { privacyMode } = signals
  if (privacyMode === 'Public') return signals
  const nowhere = { position: null, destination: null, maneuver: null, journey: null, nextWaypoint: null }
  return { ...signals, ...nowhere, ...(privacyMode === 'Private' ? { speedKmh: 0 } : {}) }
}
