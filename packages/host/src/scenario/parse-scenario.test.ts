import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import { limits } from '@pillion/schema'
import { parseScenario } from './parse-scenario.ts'
import { durationSeconds, type Scenario } from './scenario.ts'
import { writeScenario } from './write-scenario.ts'

describe('parseScenario', () => {
  test('reads times as seconds and as on a clock, signals nested and dotted, glides, driving and notes', () => {
    const { scenario } = parseScenario(`
name: Tunnel
description: In and out.
steps:
  - at: 0
    set: { speedKmh: 90, media.track: One, position: { latitude: 48.5 } }
  - at: 1:30
    over: 10
    drive: true
    note: In.
    set:
      network: false
      timeMs: 2030-01-01T12:00:00Z
  - at: 1:00:00.5
    note: Out.
`)
    assert.deepEqual(scenario, {
      name: 'Tunnel',
      description: 'In and out.',
      steps: [
        {
          atSeconds: 0,
          overSeconds: 0,
          set: { speedKmh: 90, media: { track: 'One' }, position: { latitude: 48.5 } },
          note: '',
        },
        {
          atSeconds: 90,
          overSeconds: 10,
          set: { network: false, timeMs: Date.UTC(2030, 0, 1, 12) },
          drive: true,
          note: 'In.',
        },
        { atSeconds: 3600.5, overSeconds: 0, set: {}, note: 'Out.' },
      ],
    })
    assert.equal(durationSeconds(scenario as Scenario), 3600.5)
  })

  for (const [name, text, line, sentence] of [
    ['broken YAML', 'name: a\nsteps: [', 2, /Flow sequence/],
    ['a name twice', 'name: a\nname: b\nsteps: [{ at: 0 }]', 2, /unique/],
    ['no group', '- 1', 1, /^A scenario is a group of `name`, `description`, `steps`\.$/],
    ['nothing', '', 1, /^A scenario is a group/],
    ['no name', 'steps: [{ at: 0 }]', 1, /^`name` must be text/],
    ['an unknown field', 'name: a\nstep: 1\nsteps: [{ at: 0 }]', 2, /^A scenario has no `step`/],
    ['no steps', 'name: a\nsteps: []', 2, /^`steps` must be a list of at least one step\.$/],
    ['a step that is none', 'name: a\nsteps:\n  - 7', 3, /^A step is a group of/],
    ['a step without a time', 'name: a\nsteps:\n  - set: {}', 3, /^`at` must be a time/],
    ['a time below 0', 'name: a\nsteps:\n  - at: -1', 3, /^`at` must be a time/],
    ['a time that is none', 'name: a\nsteps:\n  - at: 1:2:3', 3, /^`at` must be a time/],
    ['an unknown field of a step', 'name: a\nsteps:\n  - at: 0\n    sett: {}', 4, /^A step has no `sett`/],
    [
      'steps out of order',
      'name: a\nsteps:\n  - at: 5\n  - at: 4',
      4,
      /^The step comes before the one above it\.$/,
    ],
    [
      'an unknown signal',
      'name: a\nsteps:\n  - at: 0\n    set:\n      warp: 9',
      5,
      /^There is no signal `warp`\.$/,
    ],
    [
      'a wrong type',
      'name: a\nsteps:\n  - at: 0\n    set:\n      network: true\n      speedKmh: fast',
      6,
      /^`speedKmh` must be a number from 0 to 999; it is "fast"\.$/,
    ],
    [
      'a wrong value within a group',
      'name: a\nsteps:\n  - at: 0\n    set:\n      media:\n        state: 2\n        track: 7',
      7,
      /^`media\.track` must be text/,
    ],
    [
      'a theme that the brand of an earlier step does not have (W 11.6)',
      'name: a\nsteps:\n  - at: 0\n    set: { brand: 4 }\n  - at: 1\n    set:\n      speedKmh: 1\n      theme: 9',
      8,
      /^`theme` must be one of 0, 1 with brand 4; it is 9\.$/,
    ],
    ['no group of signals', 'name: a\nsteps:\n  - at: 0\n    set:', 4, /^`set` must be a group/],
    [
      'driving that is neither',
      'name: a\nsteps:\n  - at: 0\n    drive: fast',
      4,
      /^`drive` must be true or false\.$/,
    ],
    ['an alias', 'name: &n a\nsteps:\n  - at: 0\n    note: *n', 4, /^Aliases are not taken/],
    ['nesting by the thousand', `name: ${'['.repeat(50_000)}`, 1, /./],
  ] as const) {
    test(`refuses ${name}, with its line and a sentence`, () => {
      const { faults } = parseScenario(text)
      assert.equal(faults?.[0]?.line, line)
      assert.match(faults?.[0]?.text ?? '', sentence)
    })
  }

  test('tells every fault, in order of lines', () => {
    const { faults } = parseScenario(
      'name: a\nsteps:\n  - at: x\n    set: { warp: 1 }\n  - at: 0\n    over: y',
    )
    assert.deepEqual(
      faults?.map(({ line }) => line),
      [3, 4, 6],
    )
  })

  test(`takes ${limits.scenarioStepsMax} steps and no more`, () => {
    const of = (count: number) => `name: a\nsteps:\n${'  - at: 0\n'.repeat(count)}`
    assert.equal(parseScenario(of(limits.scenarioStepsMax)).scenario?.steps.length, limits.scenarioStepsMax)
    assert.match(
      parseScenario(of(limits.scenarioStepsMax + 1)).faults?.[0]?.text ?? '',
      /more than 10000 steps/,
    )
  })

  test(`takes ${limits.scenarioCharactersMax} characters and no more`, () => {
    const text = 'name: a\nsteps:\n  - at: 0\n'
    assert.ok(parseScenario(text.padEnd(limits.scenarioCharactersMax)).scenario)
    assert.ok(parseScenario(text.padEnd(limits.scenarioCharactersMax + 1)).faults)
  })
})

describe('the scenarios of the portal page', () => {
  const folder = new URL('../../../../apps/portal/public/scenarios/', import.meta.url)
  const files = readdirSync(folder)

  test('are city trip, low battery and motorway with tunnel', () => {
    assert.deepEqual(files.sort(), ['city-trip.yaml', 'low-battery.yaml', 'motorway-with-tunnel.yaml'])
  })

  for (const file of files) {
    test(`${file} is good, and reads the same after being written`, () => {
      const { scenario, faults } = parseScenario(readFileSync(new URL(file, folder), 'utf8'))
      assert.equal(faults, undefined)
      assert.deepEqual(parseScenario(writeScenario(scenario as Scenario)).scenario, scenario)
      assert.ok(scenario?.steps.some(({ set }) => set.network === false))
      assert.ok(scenario?.steps.some(({ set }) => (set.speedKmh ?? 0) > 40))
    })
  }
})
