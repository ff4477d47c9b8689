/** SQLite's result codes for what is the disk's trouble, or another process's, and not the statement's. */
const codes = {
  busy: 5,
  locked: 6,
  noMemory: 7,
  readOnly: 8,
  ioError: 10,
  corrupt: 11,
  full: 13,
  cannotOpen: 14,
}
const unavailable: ReadonlySet<number> = new Set(Object.values(codes))

/** The lower byte is the code; above it stands more about it. */
export function isUnavailable(error: unknown): boolean {
  return unavailable.has(codeOf(error) & 0xff)
}

/** Is another process writing? Then waiting may help. */
export function isBusy(error: unknown): boolean {
  return (codeOf(error) & 0xff) === codes.busy
}

/** Has its disk no room left? */
export function isFull(error: unknown): boolean {
  return (codeOf(error) & 0xff) === codes.full
}

function codeOf(error: unknown): number {
  return (error as { errcode?: number }).errcode ?? 0
}
