/**
 * Whole milliseconds since the process began, for every deadline: setting the machine's clock moves none of them, and V8
 * keeps whole numbers of this size without a box of their own.
 */
export function readClock(): number {
  return Math.floor(performance.now())
}
