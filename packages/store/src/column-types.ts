import type { ColumnDataType, RawBuilder } from 'kysely'

type DataType = ColumnDataType | RawBuilder<unknown>

/** What `create table` says differently in each database; everything else in `migrations/` is the same text. */
export interface ColumnTypes {
  /** Compared and sorted byte by byte, whatever the locale. */
  readonly text: DataType
  /** Holds milliseconds since 1970. */
  readonly time: DataType
  readonly bytes: DataType
  /** Stands behind the closing parenthesis. */
  readonly tableEnd: RawBuilder<unknown>
}
