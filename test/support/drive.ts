import type { HostLimits } from '@pillion/host'
import type { IssuedVehicle, VehicleView } from '@pillion/schema'
import { type AppScript, ConnectedVehicle, type FakeVehicle } from '@pillion/testkit'
import type { Pillion } from './pillion.ts'

/** Signs a head unit in the way the portal page does: asks for its apps over HTTP, then connects over WebSocket. */
export async function drive(
  pillion: Pillion,
  { vin, password }: IssuedVehicle,
  scripts: Readonly<Record<string, AppScript>> = {},
  limits: Partial<HostLimits> = {},
): Promise<FakeVehicle> {
  const {
    apps,
    withoutPackage,
    root,
    reports = false,
  } = await fetchVehicleView(pillion.url, { vin, password })
  const url = `ws://127.0.0.1:${pillion.ports.http}/mqtt`
  return ConnectedVehicle.connect({
    url,
    vin,
    password,
    apps,
    withoutPackage,
    root,
    scripts,
    reports,
    limits,
  })
}

export async function fetchVehicleView(url: string, { vin, password }: IssuedVehicle): Promise<VehicleView> {
  const authorization = `Basic ${Buffer.from(`${vin}:${password}`).toString('base64')}`
  const response = await fetch(`${url}/portal/api/vehicle`, { headers: { authorization } })
  if (!response.ok) throw new Error(`GET /portal/api/vehicle: ${response.status} ${await response.text()}`)
  return (await response.json()) as VehicleView
}

/** An app that announces itself and sends back the `content` of whatever it receives. */
export const echo: AppScript = (app) => {
  app.onMessage = (message) => {
    if (message.type === 'WebPortal.onCurrentNotificationReceived') app.send(message.value.content)
  }
  app.announce()
}
