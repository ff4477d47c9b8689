/** A whole number of at most so many digits, never below 0: what W 10 prints as "≤ 3 digits". */
export function whole(value: number, digits: number): number {
  return bounded(value, 0, 10 ** digits - 1)
}

/** A whole number from `min` to `max`, both included. */
export function bounded(value: number, min: number, max: number): number {
  return clamped(Math.round(value), min, max)
}

/** From `min` to `max`, with its fraction: where W 10 prints no digits, such as for a level in per cent. */
export function clamped(value: number, min: number, max: number): number {
  return Math.min(max, Math.max(min, value))
}

/** At most 6 decimals (W 8.1). */
export function roundDegrees(degrees: number): number {
  // The sum turns -0 into 0.
  return Number(degrees.toFixed(6)) + 0
}

/** Less than 11 characters when printed (W 10.5): far west, that leaves 5 decimals. */
export function printableDegrees(degrees: number): number {
  const rounded = roundDegrees(degrees)
  return String(rounded).length < 11 ? rounded : Number(degrees.toFixed(5)) + 0
}

/** At most so many UTF-16 units, which is what an app counts; never half a character. */
export function cutText(text: string, charactersMax: number): string {
  return text.length > charactersMax ? text.slice(0, charactersMax).replace(/[\uD800-\uDBFF]$/, '') : text
}
