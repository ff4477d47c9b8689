import type { FrameState } from '@pillion/schema'
import { state } from './chromium.ts'

const address = {
  address: '4 rue de Rivoli',
  town: 'Le Marais',
  city: 'Paris',
  province: '',
  country: 'France',
}

/** A drive in which every signal has a value of its own, for the tests of this package. */
export const drive: FrameState = {
  ...state,
  brand: 2,
  theme: 9,
  distanceUnit: 'miles',
  speedUnit: 'mph',
  fuelUnit: 'gal',
  softwareRelease: '31.09.46.60_NAC-r0',
  mileageKm: 12_345.6,
  autonomyKm: 612,
  fuelAutonomyKm: 580,
  batteryAutonomyKm: 32,
  fuelLevelPercent: 52.4,
  batteryLevelPercent: 80.6,
  fuelType: 4,
  dayNight: 'night',
  // 21:30 in Newfoundland.
  timeMs: Date.UTC(2026, 4, 2, 1, 0),
  utcOffsetMinutes: -210,
  position: { ...address, latitude: 48.8566134, longitude: 2.352222, altitude: 35 },
  destination: { ...address, address: '1 Grand-Rue', city: 'Sochaux', latitude: 47.5137, longitude: 6.8293 },
  maneuver: {
    nextStreetName: 'Rue Saint-Antoine',
    town: '',
    city: 'Paris',
    province: '',
    country: 'France',
    latitude: 48.8545,
    longitude: 2.3631,
  },
  journey: { arrival: { hours: 23, minutes: 47 } },
  nextWaypoint: { arrival: { hours: 22, minutes: 5 } },
  media: {
    album: 'An Album',
    artist: 'An Artist',
    folder: 'A Folder',
    track: 'A Track',
    trackNumber: 3,
    trackCount: 14,
    state: 2,
    source: 16,
  },
  radio: {
    frequencyKhz: 105_500,
    preset: 5,
    band: 'FM',
    programme: 'INFO',
    programmeType: 10,
    hasRds: true,
    hasTrafficAnnouncements: false,
    text: 'Ça roule',
  },
}
