/** The text would be longer than was allowed. */
export class JsonTooLongError extends Error {}

/**
 * `JSON.stringify` that ends with `JsonTooLongError` as soon as the text is sure to have more than `charactersMax`
 * characters; one that is not much longer may still come. It has to end: an array of ten million holes costs an app nothing to
 * post, and its text would stop the page for seconds.
 */
export function stringifyWithin(value: object, charactersMax: number): string {
  let left = charactersMax
  return JSON.stringify(value, (_name, each: unknown) => {
    left -= charactersMin(each)
    if (left < 0) throw new JsonTooLongError()
    return each
  })
}

/** Of the value without those in it, for it is asked before JSON.stringify looks into it. */
function charactersMin(value: unknown): number {
  if (typeof value === 'string') return value.length + 2
  if (Array.isArray(value)) return value.length + 1
  // Written with the number of each element, as `{"0":1}`.
  if (ArrayBuffer.isView(value) && 'length' in value) return 4 * Number(value.length)
  return value === undefined ? 0 : 1
}
