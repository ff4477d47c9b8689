import type { LegacyPopups } from '../legacy-popups.ts'
import type { StateHolder } from '../state.ts'

/** `Device` (W 10.2). */
export function createDevice(state: StateHolder, popups: LegacyPopups) {
  const { wave } = state.current
  return {
    GetCarBrand: () => state.current.brand,
    GetDistanceUnit: () => state.current.distanceUnit,
    GetSpeedUnit: () => state.current.speedUnit,
    GetHMIFocus: () => state.current.focus,
    GetHMITheme: () => state.current.theme,
    GetInternetStatus: () => state.current.online,
    /** Its first digit is the wave. */
    GetSoftwareRelease: () => {
      const { softwareRelease } = state.current
      return wave === 'all' ? softwareRelease : softwareRelease.replace(/^\d/, String(wave))
    },
    GetUIN: () => state.current.uin,
    // Removed from the reference, or for administration only (W 14).
    PopupRequest: (okButton?: unknown, text?: unknown) => popups.ask(text, Boolean(okButton)),
    GetHardwareRelease: () => '',
    GetSupplierId: () => '',
    GetPortalSubscriptionStatus: () => true,
    ClearStorage: () => undefined,
    appLevelWebPortalDisp: () => undefined,
  }
}
