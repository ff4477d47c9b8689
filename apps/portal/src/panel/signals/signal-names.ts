import type { SignalPath } from '@pillion/schema'
import { mediaSources } from '../../screen/media-player.ts'
import { brands } from '../../themes.ts'

export interface SignalName {
  readonly name: string
  readonly unit?: string
  /** What the values are called, where they are numbers. */
  readonly values?: Readonly<Record<string, string>>
}

/** A part of the list of signals; `path` where it is a group that may be null. */
export interface SignalGroup {
  readonly title: string
  readonly path?: string
  readonly signals: Readonly<Partial<Record<SignalPath, SignalName>>>
}

const place = <Group extends 'position' | 'destination' | 'maneuver'>(group: Group) =>
  ({
    [`${group}.latitude`]: { name: 'Latitude', unit: '°' },
    [`${group}.longitude`]: { name: 'Longitude', unit: '°' },
    [`${group}.town`]: { name: 'Town' },
    [`${group}.city`]: { name: 'City' },
    [`${group}.province`]: { name: 'Province' },
    [`${group}.country`]: { name: 'Country' },
  }) as Record<`${Group}.${'latitude' | 'longitude' | 'town' | 'city' | 'province' | 'country'}`, SignalName>

const fuelTypes = {
  0: 'petrol',
  1: 'petrol and LPG',
  2: 'petrol and CNG',
  3: 'diesel',
  4: 'petrol and battery',
  5: 'petrol and alcohol',
  6: 'diesel and battery',
  7: 'battery',
  8: 'hydrogen',
  15: 'undefined',
}
const mediaStates = { 1: 'stop', 2: 'play', 3: 'pause', 4: 'seek up', 5: 'seek down' }

/** Every signal, in the groups of W 10. */
export const signalNames: readonly SignalGroup[] = [
  {
    title: 'Driving',
    signals: {
      speedKmh: { name: 'Speed', unit: 'km/h' },
      mileageKm: { name: 'Mileage', unit: 'km' },
      dayNight: { name: 'Day or night' },
      timeMs: { name: 'Time (else of this machine)', unit: 'UTC' },
      utcOffsetMinutes: { name: 'East of UTC', unit: 'min' },
    },
  },
  {
    title: 'Energy',
    signals: {
      fuelType: { name: 'Fuel type', values: fuelTypes },
      fuelLevelPercent: { name: 'Fuel level', unit: '%' },
      batteryLevelPercent: { name: 'Battery level', unit: '%' },
      autonomyKm: { name: 'Range', unit: 'km' },
      fuelAutonomyKm: { name: 'Range on fuel', unit: 'km' },
      batteryAutonomyKm: { name: 'Range on battery', unit: 'km' },
    },
  },
  {
    title: 'Settings',
    signals: {
      privacyMode: { name: 'Privacy mode' },
      language: { name: 'Language' },
      country: { name: 'Country' },
      distanceUnit: { name: 'Distance unit' },
      speedUnit: { name: 'Speed unit' },
      fuelUnit: { name: 'Fuel unit' },
      brand: { name: 'Brand', values: Object.fromEntries(brands.map(({ brand, name }) => [brand, name])) },
      theme: { name: 'Theme' },
    },
  },
  {
    title: 'Position',
    path: 'position',
    signals: {
      ...place('position'),
      'position.altitude': { name: 'Altitude', unit: 'm' },
      'position.address': { name: 'Address' },
    },
  },
  {
    title: 'Destination',
    path: 'destination',
    signals: { ...place('destination'), 'destination.address': { name: 'Address' } },
  },
  {
    title: 'Next manoeuvre',
    path: 'maneuver',
    signals: { ...place('maneuver'), 'maneuver.nextStreetName': { name: 'Next street' } },
  },
  {
    title: 'Journey',
    path: 'journey',
    signals: {
      'journey.arrival.hours': { name: 'Arrival', unit: 'h' },
      'journey.arrival.minutes': { name: 'Arrival', unit: 'min' },
    },
  },
  {
    title: 'Next waypoint',
    path: 'nextWaypoint',
    signals: {
      'nextWaypoint.arrival.hours': { name: 'Arrival', unit: 'h' },
      'nextWaypoint.arrival.minutes': { name: 'Arrival', unit: 'min' },
    },
  },
  {
    title: 'Media',
    signals: {
      'media.state': { name: 'State', values: mediaStates },
      'media.source': { name: 'Source', values: Object.fromEntries(mediaSources.entries()) },
      'media.track': { name: 'Track' },
      'media.artist': { name: 'Artist' },
      'media.album': { name: 'Album' },
      'media.folder': { name: 'Folder' },
      'media.trackNumber': { name: 'Track number' },
      'media.trackCount': { name: 'Tracks' },
    },
  },
  {
    title: 'Radio',
    signals: {
      'radio.band': { name: 'Band' },
      'radio.frequencyKhz': { name: 'Frequency', unit: 'kHz' },
      'radio.preset': { name: 'Preset' },
      'radio.programme': { name: 'Programme' },
      'radio.programmeType': { name: 'Programme type' },
      'radio.text': { name: 'Text' },
      'radio.hasRds': { name: 'RDS' },
      'radio.hasTrafficAnnouncements': { name: 'Traffic announcements' },
    },
  },
  {
    title: 'System',
    signals: {
      network: { name: 'Mobile network' },
      softwareRelease: { name: 'Software release' },
      uin: { name: 'Unit id (UIN)' },
      wave: { name: 'Wave' },
    },
  },
]
