import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import type * as host from '@pillion/schema'
import { FakeNetwork, type FakeVehicle } from '@pillion/testkit'
import type { AppMessage, AppNotification, HostMessage, VehicleGlobals } from './index.ts'

// Compiling this file is the test: what the library says is what the head unit says and takes.
type Same<A, B> = [A] extends [B] ? ([B] extends [A] ? true : false) : false
type ButMessages<M extends { type: string }> = Exclude<M, { type: 'WebPortal.onCurrentNotificationReceived' }>
const same: [
  Same<AppMessage, host.AppMessage>,
  Same<AppNotification, host.AppNotification>,
  Same<ButMessages<HostMessage>, ButMessages<host.HostMessage>>,
  Same<HostMessage['type'], host.HostMessage['type']>,
] = [true, true, true, true]

/** What the window of an app has; only what is in a message is more exact in the library. */
type Injected = Pick<
  FakeVehicle['frames'] extends { get(idApp: string): { window: infer W } } ? W : never,
  keyof VehicleGlobals
>
const injectedIsEnough = (injected: Omit<Injected, 'WebPortal'>): Omit<VehicleGlobals, 'WebPortal'> =>
  injected

/** Rows of W 10 as `Car.GetSpeed`, and events as `Car driverDistractionOn`. */
const api = readFileSync(new URL('./vehicle-api.ts', import.meta.url), 'utf8')

describe('types of what the head unit injects (W 10)', () => {
  test('are those of the head unit', () =>
    assert.deepEqual([same.length, typeof injectedIsEnough], [4, 'function']))

  test('name every member of the window, but for older names', async () => {
    const network = new FakeNetwork()
    network.addPartner('acme')
    const vehicle = network.addVehicle({ vin: 'VF3TEST0000000001', apps: [{ idApp: 'a', uid: 'acme' }] })
    const { window } = await vehicle.open('a')
    const missing = Object.keys(window)
      .filter((name) => /^[A-Z]/.test(name) && !['True', 'False', 'Promise'].includes(name))
      .flatMap((name) => namesIn(name, Reflect.get(window, name)))
      .filter((name) => !olderNames.includes(name) && !api.includes(name.split(/[. ]/).at(-1) ?? ''))
    assert.deepEqual(missing, [])
  })
})

/** W 14: for published samples only. */
const olderNames = [
  'Car.GetDistanceUnit',
  'Car.GetSpeednUnit',
  'Car.GetLevel',
  'Connectivity.GetInternetStatus',
  'Device.PopupRequest',
  'Device.GetHardwareRelease',
  'Device.GetSupplierId',
  'Device.GetPortalSubscriptionStatus',
  'Device.ClearStorage',
  'Device.appLevelWebPortalDisp',
  'HMI.okBtnPopupRequestClicked',
  'HMI.cancelBtnPopupRequestClicked',
  'HMI.closeTimeoutPopupRequest',
  'Navigation.RouteCalculationCanceled',
  'System.Settings.Value',
  'System.Settings.AllKeys',
  'WebPortal.showPopup',
]

function namesIn(path: string, value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [path]
  return Object.entries(value).flatMap(([name, member]) => namesIn(`${path}.${name}`, member))
}
