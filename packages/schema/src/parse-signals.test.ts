import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { parseSignals } from './parse-signals.ts'
import { mergeSignals } from './signal-change.ts'
import { type SignalRule, signalRules } from './signal-rules.ts'
import { defaultVehicleSignals } from './vehicle-signals.ts'

describe('parseSignals', () => {
  test('takes groups nested, in part and as dotted paths, and nests them', () => {
    const change = { speedKmh: 50, media: { state: 2 }, 'media.track': 'One', 'journey.arrival.hours': 7 }
    assert.deepEqual(parseSignals(change), {
      speedKmh: 50,
      media: { state: 2, track: 'One' },
      journey: { arrival: { hours: 7 } },
    })
  })

  test('takes every signal of a vehicle as it is', () => {
    assert.deepEqual(parseSignals(defaultVehicleSignals), defaultVehicleSignals)
  })

  test('takes null for what may be missing, and ISO 8601 for the time', () => {
    assert.deepEqual(parseSignals({ position: null, timeMs: '2030-01-01T00:00:00Z' }), {
      position: null,
      timeMs: Date.UTC(2030, 0, 1),
    })
  })

  for (const [name, value, path, fault] of [
    ['no object', 7, '', 'A change of signals is an object of signals and values.'],
    ['a list', [], '', 'A change of signals is an object of signals and values.'],
    ['an unknown signal', { warp: 9 }, 'warp', 'There is no signal `warp`.'],
    ['a name of JavaScript', { constructor: 9 }, 'constructor', 'There is no signal `constructor`.'],
    [
      'the beginning of a signal',
      { speed: 9 },
      'speed',
      'There is no signal `speed`. Did you mean `speedKmh`?',
    ],
    [
      'a slip of the pen',
      { 'media.tracks': 9 },
      'media.tracks',
      'There is no signal `media.tracks`. Did you mean `media.track`?',
    ],
    ['an unknown part', { media: { volume: 1 } }, 'media.volume', 'There is no signal `media.volume`.'],
    [
      'a wrong type',
      { speedKmh: 'fast' },
      'speedKmh',
      '`speedKmh` must be a number from 0 to 999; it is "fast".',
    ],
    [
      'what is no number',
      { speedKmh: Number.NaN },
      'speedKmh',
      '`speedKmh` must be a number from 0 to 999; it is NaN.',
    ],
    [
      'a choice that is none',
      { privacyMode: 'Full' },
      'privacyMode',
      '`privacyMode` must be one of "Public", "Geoloc", "Private"; it is "Full".',
    ],
    ['no truth value', { network: 1 }, 'network', '`network` must be true or false; it is 1.'],
    [
      'a fraction',
      { 'media.trackNumber': 1.5 },
      'media.trackNumber',
      '`media.trackNumber` must be a whole number from -1 to 9998; it is 1.5.',
    ],
    [
      'null for what is always there',
      { media: null },
      'media',
      '`media` must be a group of signals; it is null.',
    ],
    [
      'a list for a group',
      { position: [1, 2] },
      'position',
      '`position` must be a group of signals or null; it is a list.',
    ],
    [
      'a time that is none',
      { timeMs: 'noon' },
      'timeMs',
      '`timeMs` must be milliseconds since 1970, an ISO 8601 time or null; it is "noon".',
    ],
    [
      'text beyond its bound (W 10.4)',
      { 'media.track': 'x'.repeat(33) },
      'media.track',
      `\`media.track\` must be text of at most 32 characters; it is "${'x'.repeat(33)}".`,
    ],
    [
      'a frequency between the bands (W 10.6)',
      { 'radio.frequencyKhz': 64 },
      'radio.frequencyKhz',
      '`radio.frequencyKhz` must be a whole number from 0 to 63 or 144 to 288 or 531 to 1629 or 87500 to 108000; it is 64.',
    ],
  ] as const) {
    test(`refuses ${name}, with a sentence`, () => {
      assert.deepEqual(parseSignals(value), { path, fault })
    })
  }

  test('one fault and nothing counts', () => {
    const read = parseSignals({ speedKmh: 50, brand: 6 })
    assert.deepEqual(Object.keys(read), ['path', 'fault'])
  })

  test('a theme must be one that the brand has: the brand of the change, else the vehicle’s own (W 11.6)', () => {
    const fault = '`theme` must be one of 0, 1 with brand 4; it is 9.'
    assert.deepEqual(parseSignals({ brand: 4, theme: 9 }), { path: 'theme', fault })
    assert.deepEqual(parseSignals({ theme: 9 }, 4), { path: 'theme', fault })
    assert.deepEqual(parseSignals({ theme: 9, brand: 2 }, 4), { theme: 9, brand: 2 })
    assert.deepEqual(parseSignals({ theme: 9 }), { theme: 9 })
  })

  test('the themes of each brand are those of its column (W 11.6)', () => {
    const columns: [brands: (0 | 1 | 2 | 4 | 5)[], ids: number[]][] = [
      [[0], [0, 1, 2, 3, 4, 5, 8, 9]],
      [[1], [0, 1, 2, 3, 4, 5, 6, 7]],
      [[2], [0, 1, 2, 3, 8, 9]],
      [
        [4, 5],
        [0, 1],
      ],
    ]
    for (const [brands, ids] of columns)
      for (const brand of brands) {
        const taken = Array.from({ length: 10 }, (_, theme) => theme).filter(
          (theme) => !('fault' in parseSignals({ brand, theme })),
        )
        assert.deepEqual(taken, ids, `brand ${brand}`)
      }
  })

  for (const [path, rule] of Object.entries(signalRules)) {
    test(`${path}: takes its bounds and nothing beyond`, () => {
      for (const value of good(rule)) assert.ok(!('fault' in parseSignals({ [path]: value })), String(value))
      for (const value of bad(rule)) assert.ok('fault' in parseSignals({ [path]: value }), String(value))
    })
  }
})

describe('mergeSignals', () => {
  test('a part of a group leaves the rest of it', () => {
    const after = mergeSignals(defaultVehicleSignals, { media: { track: 'One' } })
    assert.deepEqual(after, {
      ...defaultVehicleSignals,
      media: { ...defaultVehicleSignals.media, track: 'One' },
    })
    assert.equal(after.radio, defaultVehicleSignals.radio)
  })

  test('a part of a group that was null begins with blanks', () => {
    const lost = mergeSignals(defaultVehicleSignals, { position: null })
    assert.equal(lost.position, null)
    const found = mergeSignals(lost, { position: { latitude: 1, longitude: 2 } })
    const blank = { altitude: 0, address: '', town: '', city: '', province: '', country: '' }
    assert.deepEqual(found.position, { latitude: 1, longitude: 2, ...blank })
    assert.deepEqual(mergeSignals(lost, { journey: { arrival: { hours: 7 } } }).journey, {
      arrival: { hours: 7, minutes: 0 },
    })
  })

  test('what changes nothing gives the very same signals', () => {
    const same = { speedKmh: 0, media: { ...defaultVehicleSignals.media }, theme: undefined, position: {} }
    assert.equal(mergeSignals(defaultVehicleSignals, same), defaultVehicleSignals)
  })
})

function good(rule: SignalRule): unknown[] {
  switch (rule.kind) {
    case 'boolean':
      return [true, false]
    case 'text':
      return ['', 'x'.repeat(rule.charactersMax)]
    case 'choice':
      return [...rule.values]
    case 'time':
      return [0, null, 8.64e15, '2030-01-01']
    default:
      return rule.ranges.flat()
  }
}

function bad(rule: SignalRule): unknown[] {
  switch (rule.kind) {
    case 'boolean':
      return [0, 'true', null, {}]
    case 'text':
      return ['x'.repeat(rule.charactersMax + 1), 1, null, []]
    case 'choice':
      return [null, 'none of these', 99, rule.values]
    case 'time':
      return ['noon', 8.64e15 + 1e8, Number.NaN, {}]
    default: {
      const whole = rule.kind === 'whole' ? [0.5] : []
      const ends = rule.ranges.flatMap(([min, max]) => [min - 1, max + 1])
      return [...ends, ...whole, '1', null, Number.POSITIVE_INFINITY]
    }
  }
}
