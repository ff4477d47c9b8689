/**
 * An object whose fields an app reads after a call has filled it (W 10.5). It stays the same object, for apps keep it.
 * Each fill replaces everything in it; without fields it is empty afterwards. Returns whether there were any.
 */
export function fillSnapshot(snapshot: object, fields: object | null): boolean {
  for (const name of Object.keys(snapshot)) Reflect.deleteProperty(snapshot, name)
  Object.assign(snapshot, fields)
  return fields !== null
}
