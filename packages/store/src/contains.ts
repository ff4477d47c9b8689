import { type RawBuilder, sql } from 'kysely'

/** Is the text part of what the column holds, whatever the case of ASCII letters? */
export function contains(column: string, text: string): RawBuilder<boolean> {
  const pattern = `%${text.toLowerCase().replace(/[\\%_]/g, '\\$&')}%`
  return sql<boolean>`lower(${sql.ref(column)}) like ${pattern} escape '\\'`
}
