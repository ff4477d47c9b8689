const whole = new Intl.NumberFormat('en', { maximumFractionDigits: 0 })
const short = new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 })
const exact = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'medium' })
const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB']

/** 12,345. */
export function formatNumber(value: number): string {
  return whole.format(value)
}

/** 0.4, 1,234, 12.3K: where there is little room. */
export function formatShort(value: number): string {
  if (Math.abs(value) < 10 && !Number.isInteger(value)) return value.toFixed(1)
  return Math.abs(value) < 10_000 ? whole.format(value) : short.format(value)
}

/** 1.5 MiB. */
export function formatBytes(bytes: number): string {
  const power = bytes < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log2(bytes) / 10))
  const value = bytes / 1024 ** power
  return `${power === 0 || value >= 100 ? value.toFixed(0) : value.toFixed(1)} ${units[power]}`
}

/** One number of the unit that fits best: 45 s, 80 min, 30 h, 4 d. */
export function formatDuration(milliseconds: number): string {
  const seconds = Math.max(0, Math.round(milliseconds / 1_000))
  if (seconds < 90) return `${seconds} s`
  if (seconds < 90 * 60) return `${Math.round(seconds / 60)} min`
  if (seconds < 36 * 3_600) return `${Math.round(seconds / 3_600)} h`
  return `${Math.round(seconds / 86_400)} d`
}

/** "3 min ago", "in 2 h", "now". */
export function formatAgo(at: number, now: number): string {
  const distance = now - at
  if (Math.abs(distance) < 2_000) return 'now'
  return distance > 0 ? `${formatDuration(distance)} ago` : `in ${formatDuration(-distance)}`
}

/** The full date and time by this browser's clock and zone. */
export function formatExact(at: number): string {
  return exact.format(at)
}

/** Text for any JSON value of settings and details. */
export function formatValue(value: unknown): string {
  if (value === undefined || value === null) return ''
  return typeof value === 'string' ? value : JSON.stringify(value)
}
