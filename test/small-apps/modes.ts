import { type Family, open } from './small-app.ts'

const moody = `
function now() {
  return [Privacy.Mode(), Car.GetSpeed(), Navigation.GetCurrentPositionLatitude(), Device.GetInternetStatus(),
    Car.GetDrivingState(), WebPortal.getLanguage(), Device.GetHMITheme(), Device.GetSpeedUnit()].map(String).join(' ');
}
function watch(name, events) {
  events.forEach(function (event) {
    eval(name).addEventListener(event, function () { say(event + ': ' + now()); });
  });
}
watch('Privacy', ['ModePublic', 'ModeGeoloc', 'ModeFull']);
watch('Connectivity', ['connectivityOn', 'connectivityOff']);
watch('Car', ['driverDistractionOn', 'driverDistractionOff', 'speedUnit', 'distanceUnit', 'fuelUnit']);
watch('HMI.Settings', ['languageSet', 'themeSet']);
say('start: ' + now());
post('onApplicationLoaded');
`

export const modes: Family = {
  says: 'modes: privacy, connectivity, driving and settings, each event with its getters already changed (W 9)',
  apps: { moody },
  async use(vehicle) {
    const headUnit = await vehicle.openHeadUnit()
    const network = headUnit.panel.getByRole('switch', { name: /Network/ })
    const app = await open(headUnit, 'moody')
    await app.reads('start: Public 0 48.8566 true false en-GB 0 km/h')
    await headUnit.choose('Privacy', 'Data')
    await app.reads('ModeGeoloc: Geoloc 0 undefined true false en-GB 0 km/h')
    await headUnit.choose('Privacy', 'Private')
    await app.reads(
      'ModeFull: Private undefined undefined false false en-GB 0 km/h',
      'connectivityOff: Private undefined undefined false false en-GB 0 km/h',
    )
    await app.tap("post('MQTT.publish', { payload: 'secret' })")
    await app.reads('MQTT.evt.messageNotDelivered messageId=1 subtopic=""')
    await headUnit.choose('Privacy', 'Data & location')
    await app.reads(
      'ModePublic: Public 0 48.8566 false false en-GB 0 km/h',
      'connectivityOn: Public 0 48.8566 true false en-GB 0 km/h',
    )
    await network.uncheck()
    await app.reads('connectivityOff: Public 0 48.8566 false false en-GB 0 km/h')
    await network.check()
    await app.reads('connectivityOn: Public 0 48.8566 true false en-GB 0 km/h')

    for (const speedKmh of [5, 6, 50, 5]) await vehicle.setSignals({ speedKmh })
    await app.reads(
      'driverDistractionOn: Public 6 48.8566 true true en-GB 0 km/h',
      'driverDistractionOff: Public 5 48.8566 true false en-GB 0 km/h',
    )
    await vehicle.setSignals({ language: 'de-DE' })
    await vehicle.setSignals({ theme: 2 })
    await vehicle.setSignals({ speedUnit: 'mph', distanceUnit: 'miles', fuelUnit: 'gal' })
    await app.reads(
      'languageSet: Public 5 48.8566 true false de-DE 0 km/h',
      'themeSet: Public 5 48.8566 true false de-DE 2 km/h',
      'speedUnit: Public 5 48.8566 true false de-DE 2 mph',
      'distanceUnit: Public 5 48.8566 true false de-DE 2 mph',
      'fuelUnit: Public 5 48.8566 true false de-DE 2 mph',
    )
  },
}
