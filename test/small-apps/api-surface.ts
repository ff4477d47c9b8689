import { type Family, open } from './small-app.ts'

/** Every synchronous function of W 10 that has no effect, as an expression, and what it gives in this vehicle. */
const answers: readonly (readonly [call: string, answer: unknown])[] = [
  ['Car.GetVINCode().length', 17],
  ['Car.GetSpeed()', 3],
  ['Car.GetDrivingState()', false],
  ['Car.GetMileage()', 12_346],
  ['Car.GetAutonomy()', 420],
  ['Car.GetFuelAutonomy()', 400],
  ['Car.GetBatteryAutonomy()', 20],
  ['Car.GetFuelLevel()', 52],
  ['Car.GetBatteryLevel()', 81],
  ['Car.GetFuelType()', 4],
  ['Car.GetFuelUnit()', 'gal'],
  ['Car.GetDayNightStatus()', 1],
  ['Car.GetTime()', true],
  ['Car.Time.Hours()', 21],
  ['Car.Time.Minutes()', 7],
  ['Car.Time.OffsetUTC()', '-0330'],
  ['Device.GetCarBrand()', 2],
  ['Device.GetDistanceUnit()', 'miles'],
  ['Device.GetSpeedUnit()', 'mph'],
  ['Device.GetHMIFocus()', true],
  ['Device.GetHMITheme()', 3],
  ['Device.GetInternetStatus()', true],
  ['Device.GetSoftwareRelease()', '41.09.46.60_NAC-r0'],
  ['Device.GetUIN()', '0D01PILLION000000001'],
  ['WebPortal.getCountry()', 'France'],
  ['WebPortal.getLanguage()', 'fr-FR'],
  ['WebPortal.getPendingNotifications("surface")', []],
  ['Privacy.Mode()', 'Public'],
  ['Phone.LaunchPhoneCall("+33")', false],
  ['Media.GetAlbumName()', 'Rive droite'],
  ['Media.GetArtistName()', 'Les Passants'],
  ['Media.GetFolderName()', '/music'],
  ['Media.GetTrackName()', 'Pont au Change'],
  ['Media.GetCurrentTrack()', 1],
  ['Media.GetTotalTracks()', 9],
  ['Media.GetMediaState()', 2],
  ['Media.GetTypeName()', 0],
  ['Navigation.GetCurrentPositionLatitude()', 48.8566],
  ['Navigation.GetCurrentPositionLongitude()', 2.3522],
  ['Navigation.CurrentPosition', {}],
  ['Navigation.GetCurrentPosition()', true],
  ['Navigation.CurrentPosition.Town', 'Paris'],
  ['Navigation.GetDestination()', true],
  ['[Navigation.Destination.Latitude, Navigation.Destination.address]', [48.9, '1 rue du Port']],
  ['Navigation.GetManeuverInfo()', true],
  ['Navigation.ManeuverInfo.nextStreetName', 'Rue du Port'],
  ['Navigation.GetJourneyInfo()', true],
  [
    '[Navigation.JourneyInfo.estimatedTimeOfarrivalH, Navigation.JourneyInfo.estimatedTimeOfarrivalMin]',
    [22, 5],
  ],
  ['Navigation.GetNextWaypoint.ETAHours()', 21],
  ['Navigation.GetNextWaypoint.ETAMinutes()', 30],
  ['Navigation.LaunchGuidance("", "2", 48)', false],
  ['Navigation.LaunchGuidanceWaypoints(2)', false],
  ['Radio.GetFrequency()', 105_500],
  ['Radio.GetPreset()', 1],
  ['Radio.GetBand()', 'FM'],
  ['Radio.PSName()', 'INFO'],
  ['Radio.PTY()', 1],
  ['Radio.RDS()', true],
  ['Radio.TA()', false],
  ['Radio.Text()', 'Bonsoir'],
  ['typeof Media.Audio.configure', 'function'],
  // Aliases (W 14).
  ['Car.GetDistanceUnit() + Car.GetSpeednUnit() + Car.GetLevel() + Car.Time.GetTime()', 'milesmph81true'],
  ['[True, False, Media.audio === Media.Audio, typeof Alert]', [true, false, true, 'function']],
]

/** The 23 emitter events of W 10. */
const events: Readonly<Record<string, readonly string[]>> = {
  Car: ['driverDistractionOn', 'driverDistractionOff', 'distanceUnit', 'fuelUnit', 'speedUnit'],
  Connectivity: ['connectivityOn', 'connectivityOff'],
  HMI: ['homeBtnClick'],
  'HMI.Settings': ['languageSet', 'themeSet'],
  'HMI.WebBrowser': ['show', 'hide'],
  'Media.Audio': ['audioAvailable', 'audioLost'],
  Navigation: [
    'InvalidCoordinates',
    'RouteCalculationSuccessful',
    'RouteCalculationFailed',
    'RouteCalculationCancelled',
    'WebDestinationReached',
  ],
  Privacy: ['ModePublic', 'ModeGeoloc', 'ModeFull'],
  System: ['OnShutDown'],
}

/** Asks for everything at parse time, where it already has to work (W 5.3). */
const surface = `
var calls = ${JSON.stringify(answers.map(([call]) => call))};
calls.forEach(function (call) { say(call + ' = ' + JSON.stringify(eval(call))); });
var events = ${JSON.stringify(events)};
Object.keys(events).forEach(function (name) {
  var emitter = eval(name);
  say(name + ' has ' + events[name].filter(function (event) { return emitter.hasOwnProperty(event); }));
  // What published samples do, and what must do nothing.
  emitter.addEventListener('startPlayback', undefined);
  emitter.addEventListener(events[name][0], emitter.removeEventListener('nothing'));
});
post('onApplicationLoaded');
`

/** Runs before the other is started, to see that the vehicle has its signals. */
const opener = "post('onApplicationLoaded');"

export const apiSurface: Family = {
  says: 'API surface: every member is there, synchronous and right, before the first line of the app (W 5.3, 10, 14)',
  apps: { surface, opener },
  async use(vehicle) {
    const headUnit = await vehicle.openHeadUnit()
    await vehicle.setSignals({
      speedKmh: 3.2,
      mileageKm: 12_345.6,
      fuelAutonomyKm: 400,
      batteryAutonomyKm: 20,
      batteryLevelPercent: 81,
      fuelType: 4,
      brand: 2,
      theme: 3,
      distanceUnit: 'miles',
      speedUnit: 'mph',
      fuelUnit: 'gal',
      language: 'fr-FR',
      dayNight: 'night',
      utcOffsetMinutes: -210,
      timeMs: Date.UTC(2030, 0, 2, 0, 37),
      destination: { ...place, latitude: 48.9, longitude: 2.4, address: '1 rue du Port' },
      maneuver: { ...place, latitude: 48.87, longitude: 2.37, nextStreetName: 'Rue du Port' },
      journey: { arrival: { hours: 22, minutes: 5 } },
      nextWaypoint: { arrival: { hours: 21, minutes: 30 } },
      media: {
        album: 'Rive droite',
        artist: 'Les Passants',
        folder: '/music',
        track: 'Pont au Change',
        trackNumber: 1,
        trackCount: 9,
        state: 2,
      },
      radio: { text: 'Bonsoir' },
    })
    // Signals and the answer to this question came over one connection, one after the other.
    const waiting = await open(headUnit, 'opener')
    await waiting.frame.waitForFunction("Radio.Text() === 'Bonsoir'", undefined, { polling: 20 })
    await headUnit.dock('Home').click()
    const app = await open(headUnit, 'surface')
    await app.reads(
      ...answers.map(([call, answer]) => `${call} = ${JSON.stringify(answer)}`),
      ...Object.entries(events).map(([name, names]) => `${name} has ${names}`),
    )
  },
}

const place = { town: 'Paris', city: 'Paris', province: '', country: 'France' }
