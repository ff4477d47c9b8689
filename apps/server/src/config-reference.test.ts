import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { formatConfigReference } from './config-reference.ts'

test('docs/reference/configuration.md lists every key as it is', () => {
  const file = new URL('../../../docs/reference/configuration.md', import.meta.url)
  assert.equal(
    readFileSync(file, 'utf8'),
    formatConfigReference(),
    'run node apps/server/src/config-reference.ts > docs/reference/configuration.md',
  )
})
