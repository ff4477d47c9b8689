import type { LogRow } from '../event-log.ts'

/** Directions, and kinds that one looks for by themselves. */
export const shows = {
  all: { name: 'All', has: () => true },
  in: { name: 'In', has: ({ direction }) => direction === 'in' },
  out: { name: 'Out', has: ({ direction }) => direction === 'out' },
  note: { name: 'Notes', has: ({ direction }) => direction === 'note' },
  console: { name: 'Console and errors', has: ({ kind }) => kind.startsWith('console.') },
  receipts: { name: 'Receipts', has: ({ kind }) => kind.startsWith('receipt') },
  drops: { name: 'Drops', has: ({ reason }) => reason !== undefined },
} satisfies Record<string, { name: string; has: (row: LogRow) => boolean }>

export type Show = keyof typeof shows

/** Every word has to occur somewhere in the row, in any case of letters. */
export function filterRows(rows: readonly LogRow[], show: Show, text: string): readonly LogRow[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean)
  if (words.length === 0 && show === 'all') return rows
  return rows.filter((row) => {
    if (!shows[show].has(row)) return false
    const haystack =
      `${row.kind} ${row.idApp ?? ''} ${row.text} ${row.reason ?? ''} ${row.detail}`.toLowerCase()
    return words.every((word) => haystack.includes(word))
  })
}

/** One line for a bug report: time, direction, kind, app, text, reason, detail; tabs between. */
export function formatRow(row: LogRow): string {
  const { at, direction, kind, idApp, text, reason, detail } = row
  const cells = [new Date(at).toISOString(), direction, kind, idApp ?? '', text, reason ?? '', detail]
  return cells.map((cell) => cell.replaceAll(/\s+/g, ' ')).join('\t')
}

/** HH:MM:SS.mmm, local time. */
export function formatTime(at: number): string {
  const date = new Date(at)
  const pad = (value: number, length = 2) => String(value).padStart(length, '0')
  return `${pad(date.getHours())}:${pad(date.getMinutes())}:${pad(date.getSeconds())}.${pad(date.getMilliseconds(), 3)}`
}
