import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { formatErrorReference } from './error-reference.ts'

test('docs/reference/errors.md lists every code as it is (P 15)', () => {
  const file = new URL('../../../docs/reference/errors.md', import.meta.url)
  assert.equal(
    readFileSync(file, 'utf8'),
    formatErrorReference(),
    'run node packages/push/src/error-reference.ts > docs/reference/errors.md',
  )
})
