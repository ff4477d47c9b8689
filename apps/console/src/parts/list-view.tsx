import type { ComponentChildren } from 'preact'
import { formatNumber } from '../format.ts'
import { Button } from './button.tsx'
import { Fault, Loading, SilentNodes } from './empty.tsx'
import { type Column, Table } from './table.tsx'
import type { List } from './use-list.ts'

interface ListViewProps<Row> {
  /** What the rows are: "Connections". */
  readonly label: string
  readonly list: List<Row>
  readonly columns: readonly Column<Row>[]
  readonly keyOf: (row: Row) => string
  readonly hrefOf?: (row: Row) => string
  readonly openKey?: string | undefined
  /** An `<Empty>`, shown when there is no row. */
  readonly empty: ComponentChildren
}

/** A list in all its conditions: on its way, failed, empty, rows, more rows. */
export function ListView<Row>({ list, empty, ...table }: ListViewProps<Row>) {
  const { rows, total, next, silentNodes = [], error } = list
  if (list.isFirst) return <Loading />
  return (
    <>
      {error && <Fault error={error} onRetry={list.reload} />}
      <SilentNodes nodes={silentNodes} />
      {rows.length > 0 && <Table {...table} rows={rows} isBusy={list.isLoading} />}
      {rows.length === 0 && error === undefined && empty}
      {rows.length > 0 && (
        <footer class="list-foot">
          <span>
            {total === undefined || total === rows.length
              ? `${formatNumber(rows.length)} shown`
              : `${formatNumber(rows.length)} of ${formatNumber(total)}`}
          </span>
          {next !== undefined && <Button onClick={() => void list.more()}>Show more</Button>}
        </footer>
      )}
    </>
  )
}
