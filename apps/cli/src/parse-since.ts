import { InvalidArgumentError } from 'commander'

const secondsOf: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3_600, d: 86_400 }

/** 10m, so long ago, or a time as `Date` reads it → ISO 8601. */
export function parseSince(text: string): string {
  const [, count, unit = ''] = /^(\d{1,6})([smhd])$/.exec(text) ?? []
  const seconds = secondsOf[unit]
  const time = seconds === undefined ? Date.parse(text) : Date.now() - Number(count) * seconds * 1_000
  if (Number.isNaN(time))
    throw new InvalidArgumentError('It is like 90s, 10m, 2h, 7d or 2026-01-31T12:00:00Z.')
  return new Date(time).toISOString()
}
