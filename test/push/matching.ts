import assert from 'node:assert/strict'

/**
 * Compares JSON with what a row expects: `Number` stands for any integer, `String` for any text but '', `Boolean` for
 * either, a RegExp for a text that fits, another function for what it returns true for, `undefined` for an absent member.
 * @param isWhole objects have no members beside the expected ones
 */
export function assertMatches(actual: unknown, expected: unknown, isWhole: boolean, path = 'body'): void {
  const shown = `${path}: ${JSON.stringify(actual)}`
  if (expected === Number) assert.ok(Number.isInteger(actual), `${shown} is no integer`)
  else if (expected === String) assert.ok(typeof actual === 'string' && actual !== '', `${shown} is no text`)
  else if (expected === Boolean) assert.ok(typeof actual === 'boolean', `${shown} is no boolean`)
  else if (expected instanceof RegExp)
    assert.match(typeof actual === 'string' ? actual : shown, expected, shown)
  else if (typeof expected === 'function') assert.ok(expected(actual), `${shown} is not as it should be`)
  else if (Array.isArray(expected)) {
    assert.ok(
      Array.isArray(actual) && actual.length === expected.length,
      `${shown}: ${expected.length} wanted`,
    )
    for (const [index, each] of expected.entries())
      assertMatches(actual[index], each, isWhole, `${path}[${index}]`)
  } else if (typeof expected === 'object' && expected !== null) {
    assert.ok(
      typeof actual === 'object' && actual !== null && !Array.isArray(actual),
      `${shown} is no object`,
    )
    for (const [name, each] of Object.entries(expected))
      assertMatches(
        Object.hasOwn(actual, name) ? actual[name as never] : undefined,
        each,
        isWhole,
        `${path}.${name}`,
      )
    const beside = isWhole ? Object.keys(actual).filter((name) => !Object.hasOwn(expected, name)) : []
    assert.deepEqual(beside, [], `${path} has members beside: ${JSON.stringify(actual)}`)
  } else assert.equal(actual, expected, `${shown}, wanted ${JSON.stringify(expected)}`)
}
