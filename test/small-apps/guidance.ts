import { limits } from '@pillion/schema'
import { type Family, open } from './small-app.ts'

const guide = `
hear('Navigation', ['InvalidCoordinates', 'RouteCalculationSuccessful', 'RouteCalculationFailed',
  'RouteCalculationCancelled', 'WebDestinationReached']);
function to(lon, lat, waypoints, asks) {
  say('launched ' + Navigation.LaunchGuidanceWaypoints(lon, lat, waypoints, asks));
}
function toPlace(name, lon, lat) { say('launched ' + Navigation.LaunchGuidance(name, lon, lat)); }
post('onApplicationLoaded');
`

export const guidance: Family = {
  says: 'guidance: true or false at once, and exactly one answer after true (W 8)',
  apps: { guide },
  async use(vehicle) {
    const headUnit = await vehicle.openHeadUnit({ clock: true })
    const calculate = () => headUnit.page.clock.fastForward(limits.routeCalculationSeconds * 1_000)
    const app = await open(headUnit, 'guide')
    for (const call of ["to('2', 48)", 'to(200, 48)', 'to(2)', 'to(2, 48, [{ lat: 91, lon: 2 }])']) {
      await app.tap(call)
      await app.reads('launched false', 'Navigation InvalidCoordinates')
    }
    await app.tap('to(2.36, 48.86, [{ lat: 48.85, lon: 2.35 }])')
    await app.reads('launched true')
    await calculate()
    await app.reads('Navigation RouteCalculationSuccessful')

    // Guidance is under way now: one method asks before it replaces it, the other if it is told to (W 8.1).
    await app.tap("toPlace('Old Harbour', 2.37, 48.87)")
    await headUnit.alert.getByText('Old Harbour').waitFor()
    await app.reads('launched true')
    await headUnit.alert.getByRole('button', { name: 'Keep' }).click()
    await app.reads('Navigation RouteCalculationCancelled')
    await app.tap('to(2.38, 48.88, [], true)')
    await headUnit.alert.getByRole('button', { name: 'Replace' }).click()
    await calculate()
    await app.reads('launched true', 'Navigation RouteCalculationSuccessful')

    // Not over a popup, and in no mode but Public (W 8.2).
    await vehicle.publish({ idApp: 'guide', popup: true, popupText: 'In the way' })
    await headUnit.popup.waitFor()
    await app.tap('to(2.39, 48.89)')
    await app.reads('launched false')
    await headUnit.popup.getByRole('button', { name: 'Return' }).click()
    await headUnit.choose('Privacy', 'Data')
    await app.frame.waitForFunction("Privacy.Mode() === 'Geoloc'", undefined, { polling: 20 })
    await app.tap('to(2.39, 48.89)')
    await app.reads('launched false')
    await headUnit.choose('Privacy', 'Data & location')

    await vehicle.setSignals({ position: { latitude: 48.88, longitude: 2.38 } })
    await app.reads('Navigation WebDestinationReached')
  },
}
