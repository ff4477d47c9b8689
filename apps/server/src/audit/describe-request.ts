/** What is named by which parameter or field. */
const nouns: Readonly<Record<string, string>> = {
  uid: 'partner',
  vin: 'vehicle',
  idApp: 'app',
  appID: 'push-app',
}
/** Those are named by the action's noun. */
const plainNames = ['name', 'id']

/** Secrets, and what people write to each other: neither is for the record. */
const withheld = /pass|secret|token|link|pem|key|credential|content|popup|data|payload|text|message|^code$/i
const WITHHELD = '…'

const TEXT_CHARACTERS_MAX = 200
const ITEMS_MAX = 10
const DEPTH_MAX = 3
const DETAILS_CHARACTERS_MAX = 4_096

/** `partner:UID`: what an act is done to, as its address or else its body names it. */
export function findTarget(action: string, params: unknown, body: unknown): string | undefined {
  return findNamed(action, params) ?? findNamed(action, body)
}

function findNamed(action: string, source: unknown): string | undefined {
  if (!isRecord(source)) return undefined
  const noun = action.split('.', 1)[0] ?? ''
  const known = Object.keys(nouns).filter((name) => typeof source[name] === 'string')
  const own = known.find((name) => nouns[name] === noun) ?? known[0]
  if (own !== undefined) return `${nouns[own]}:${shorten(String(source[own]))}`
  const [vin, ...others] = Array.isArray(source.vins) ? source.vins : []
  if (typeof vin === 'string')
    return `vehicle:${shorten(vin)}${others.length === 0 ? '' : ` and ${others.length} more`}`
  const plain = plainNames.find((name) => typeof source[name] === 'string')
  if (plain === undefined) return undefined
  const name = shorten(String(source[plain]))
  // Names of operators are known in lower case only.
  return `${noun}:${noun === 'operator' ? name.trim().toLowerCase() : name}`
}

/** What was asked for, short and without secrets. */
export function describeRequest(query: unknown, body: unknown): Record<string, unknown> {
  const described = { ...describeFields(query, 1), ...describeFields(body, 1) }
  const isLong = JSON.stringify(described).length > DETAILS_CHARACTERS_MAX
  return isLong ? { fields: Object.keys(described).slice(0, ITEMS_MAX) } : described
}

function describeFields(source: unknown, depth: number): Record<string, unknown> {
  if (!isRecord(source)) return {}
  return Object.fromEntries(
    Object.entries(source).map(([name, value]) => [
      shorten(name),
      withheld.test(name) && typeof value !== 'boolean' ? WITHHELD : describe(value, depth),
    ]),
  )
}

function describe(value: unknown, depth: number): unknown {
  if (typeof value === 'string') return shorten(value)
  if (typeof value !== 'object' || value === null) return value
  if (depth >= DEPTH_MAX) return WITHHELD
  if (!Array.isArray(value)) return describeFields(value, depth + 1)
  const items = value.slice(0, ITEMS_MAX).map((item) => describe(item, depth + 1))
  return value.length > ITEMS_MAX ? [...items, `… ${value.length} in all`] : items
}

function shorten(text: string): string {
  return text.length > TEXT_CHARACTERS_MAX ? `${text.slice(0, TEXT_CHARACTERS_MAX)}…` : text
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !Buffer.isBuffer(value)
}
