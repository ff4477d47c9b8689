export const detailCharactersMax = 4_000

/** What a log row shows of a detail, as text: indented JSON where it has one, cut at its bound. */
export function describeDetail(detail: unknown): string {
  if (detail === undefined) return ''
  const text = typeof detail === 'string' ? detail : toJson(detail)
  return cut(text, detailCharactersMax)
}

export function cut(text: string, charactersMax: number): string {
  return text.length > charactersMax ? `${text.slice(0, charactersMax)}…` : text
}

/** Details of what apps posted can hold anything that structured clone can, cycles and BigInt included. */
function toJson(detail: unknown): string {
  try {
    return JSON.stringify(excerpt(detail, 0, { left: detailCharactersMax + 1 }), null, 2) ?? String(detail)
  } catch {
    return String(detail)
  }
}

/**
 * As much of a value as fills the text: its JSON starts with the same characters. All of it could stop the page for seconds,
 * for apps post arrays of ten million holes, and indentation makes megabytes of a few kilobytes that nest deep.
 */
function excerpt(value: unknown, level: number, room: { left: number }): unknown {
  // The line, its indentation and one character at least.
  room.left -= 2 * level + 2
  if (typeof value === 'string') {
    room.left -= value.length
    return value.slice(0, detailCharactersMax)
  }
  if (Array.isArray(value)) return takeWhileRoom(value.values(), level, room)
  if (isTypedArray(value)) return value.subarray(0, detailCharactersMax)
  if (!isPlain(value)) return value
  const entries: [string, unknown][] = []
  for (const name of Object.keys(value)) {
    if (room.left <= 0) break
    if (value[name] !== undefined) entries.push([name, excerpt(value[name], level + 1, room)])
  }
  return Object.fromEntries(entries)
}

function takeWhileRoom(values: Iterable<unknown>, level: number, room: { left: number }): unknown[] {
  const taken: unknown[] = []
  for (const value of values) {
    if (room.left <= 0) break
    taken.push(excerpt(value, level + 1, room))
  }
  return taken
}

function isTypedArray(value: unknown): value is Uint8Array {
  return ArrayBuffer.isView(value) && 'subarray' in value
}

function isPlain(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype
}
