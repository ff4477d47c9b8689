import type { ColumnBuilderCallback, ColumnDataType, RawBuilder } from 'kysely'

type DataType = ColumnDataType | RawBuilder<unknown>

/** What `create table` says differently in each database; everything else in `migrations/` is the same text. */
export interface ColumnTypes {
  /** Compared and sorted byte by byte, whatever the locale. */
  readonly text: DataType
  /** Holds milliseconds since 1970. */
  readonly time: DataType
  readonly bytes: DataType
  /** A primary key that the database makes: grows with each row, never used twice. */
  readonly sequence: { readonly type: DataType; readonly define: ColumnBuilderCallback }
  /** Holds such a key of another table. */
  readonly key: DataType
  /** Stands behind the closing parenthesis. */
  readonly tableEnd: RawBuilder<unknown>
  /** The same, of a table whose rows are to lie in the order of its primary key, which a write then has not to keep twice. */
  readonly tableEndByKey: RawBuilder<unknown>
}
