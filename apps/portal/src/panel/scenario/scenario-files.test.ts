import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { parseScenario } from '@pillion/host'
import { scenarioFiles } from './scenario-files.ts'

const folder = new URL('../../../public/scenarios/', import.meta.url)

test('every scenario that is there is offered, and every one that is offered is there and can be played', () => {
  assert.deepEqual(scenarioFiles.map(({ file }) => `${file}.yaml`).sort(), readdirSync(folder).sort())
  for (const { file, name } of scenarioFiles) {
    const { scenario, faults } = parseScenario(readFileSync(new URL(`${file}.yaml`, folder), 'utf8'))
    assert.deepEqual(faults, undefined, file)
    assert.equal(scenario?.name, name)
  }
})
