import { isIP } from 'node:net'

/** One configuration key: what it may be, what it is otherwise, and what it is for. */
export interface Key<T> {
  /** undefined = not acceptable. Values from the environment arrive as strings, from YAML as what they look like. */
  read(value: unknown): T | undefined
  /** Completes "… must be". */
  readonly expected: string
  readonly default: T
  readonly sentence: string
  readonly isSecret?: true
  show?(value: unknown): unknown
}

/** A tree of keys; what `loadConfig` makes of it has the same shape. */
export type Values<T> = T extends Key<infer V> ? V : { readonly [K in keyof T]: Values<T[K]> }

export interface Kind<T> {
  read(value: unknown): T | undefined
  readonly expected: string
  /** Not to be repeated in a complaint. */
  readonly isSecret?: true
  /** What may be shown of a value that was accepted, if it is or may hold a secret; by default nothing. */
  show?(value: unknown): unknown
}

export function key<T>(kind: Kind<T>, value: NoInfer<T>, sentence: string): Key<T> {
  return { ...kind, default: value, sentence }
}

export const text: Kind<string> = {
  read: (value) => (typeof value === 'string' && value !== '' ? value : undefined),
  expected: 'a text',
}

/** '' stands for none. */
export const optionalText: Kind<string> = {
  read: (value) => (typeof value === 'string' ? value : undefined),
  expected: 'a text, or empty',
}

/** '' stands for none. It may hold a password. */
export const databaseUrl: Kind<string> = {
  read: (value) =>
    value === '' || (isUrlOf(value, ['postgres:', 'postgresql:']) && isDecodable(value as string))
      ? (value as string)
      : undefined,
  isSecret: true,
  show: (value) => withoutCredentials(value as string),
  expected:
    'an address such as postgres://pillion@db.example.com/pillion, with %23 for # and the like in a password, or empty',
}

/** '' stands for none; not to be repeated in a complaint. */
export const secretText: Kind<string> = {
  ...optionalText,
  isSecret: true,
  expected: 'a text (in YAML, digits alone need quotes), or empty',
}

/** A YAML list, or addresses parted by commas; none of them with a password. */
export const natsUrls: Kind<readonly string[]> = {
  read(value) {
    const items = textList.read(value)
    return items?.every((item) => isUrlOf(item, ['nats:', 'tls:']) && !item.includes('@')) ? items : undefined
  },
  // Somebody who puts a password there should not find it in the log.
  isSecret: true,
  show: (value) => value,
  expected: 'a list of addresses such as nats://one.example.com:4222 or tls://…, without user and password',
}

/** '' stands for none. Without user and password, which would be shown. */
export const collectorUrl: Kind<string> = {
  read: (value) =>
    value === '' || (isUrlOf(value, ['http:', 'https:']) && !(value as string).includes('@'))
      ? (value as string)
      : undefined,
  isSecret: true,
  show: (value) => value,
  expected: 'an address such as http://127.0.0.1:4318, without user and password, or empty',
}

/** As a certificate can hold them and a Host header can name them. */
export const hostNames: Kind<readonly string[]> = {
  read(value) {
    const items = textList.read(value)
    return items?.every((item) => isIP(item) !== 0 || dnsName.test(item)) ? items : undefined
  },
  expected: 'a list of host names or addresses, each without scheme, port and wildcard',
}

const dnsName = /^(?=.{1,253}$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*$/

/** One level of a NATS subject. */
export const subjectToken: Kind<string> = {
  read: (value) => (typeof value === 'string' && /^[A-Za-z0-9_-]{1,64}$/.test(value) ? value : undefined),
  expected: 'up to 64 letters, digits, - and _',
}

/** '' stays ''. Its query, too, may hold a password. */
export function withoutCredentials(url: string): string {
  if (url === '') return ''
  const { protocol, host, pathname } = new URL(url)
  return `${protocol}//${host}${pathname}`
}

/** A % that stands for itself would be found out only by whoever connects. */
function isDecodable(url: string): boolean {
  try {
    decodeURIComponent(url)
    return true
  } catch {
    return false
  }
}

function isUrlOf(value: unknown, protocols: readonly string[]): boolean {
  return typeof value === 'string' && URL.canParse(value) && protocols.includes(new URL(value).protocol)
}

export const flag: Kind<boolean> = {
  read: (value) =>
    value === true || value === 'true' ? true : value === false || value === 'false' ? false : undefined,
  expected: 'true or false',
}

export function wholeNumber(min: number, max: number): Kind<number> {
  return {
    read(value) {
      const number = typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value
      return Number.isInteger(number) && (number as number) >= min && (number as number) <= max
        ? (number as number)
        : undefined
    },
    expected: `a whole number, ${min} to ${max}`,
  }
}

export const port: Kind<number> = { ...wholeNumber(0, 65_535), expected: 'a port, 0 to 65535' }

/** A YAML list, or texts parted by commas. */
const textList: Kind<readonly string[]> = {
  read(value) {
    const items: unknown =
      typeof value === 'string'
        ? value
            .split(',')
            .map((item) => item.trim())
            .filter(Boolean)
        : value
    if (!Array.isArray(items) || !items.every((item) => typeof item === 'string' && item !== ''))
      return undefined
    return Object.freeze(items.map((item: string) => item.toLowerCase()))
  },
  expected: 'a list of texts',
}

/** One that others can be told; '' stands for none. */
export const hostName: Kind<string> = {
  read: (value) =>
    typeof value === 'string' && /^([a-z0-9._-]{0,64}|[0-9a-f:.]{2,39})$/i.test(value) ? value : undefined,
  expected: 'a host name or an address, without scheme and port',
}

export const topicRoot: Kind<string> = {
  read: (value) => (typeof value === 'string' && /^[^+#\0/]+(\/[^+#\0/]+)*$/.test(value) ? value : undefined),
  expected: 'topic levels parted by single slashes, without + and #',
}

export const topicLevel: Kind<string> = {
  read: (value) => (typeof value === 'string' && /^[^+#\0/]+$/.test(value) ? value : undefined),
  expected: 'one topic level, without /, + and #',
}

/** {app} must stand where a DNS label stands, or the apps would share one origin (W 11.3). */
export const origin: Kind<string> = {
  read: (value) =>
    typeof value === 'string' && /^https?:\/\/\{app\}\.[a-z0-9.-]+(:(\d+|\{port\}))?$/.test(value)
      ? value
      : undefined,
  expected: 'an origin such as https://{app}.apps.example.com',
}

export function oneOf<const T extends string>(...choices: T[]): Kind<T> {
  return {
    read: (value) => choices.find((choice) => choice === value),
    expected: `one of ${choices.join(', ')}`,
  }
}
