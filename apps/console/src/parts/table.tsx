import type { ComponentChildren } from 'preact'

export interface Column<Row> {
  readonly title: string
  readonly cell: (row: Row) => ComponentChildren
  /** Right-aligned, with digits of one width. */
  readonly isNumber?: boolean
  /** Left out where there is little room; the detail has it. */
  readonly isMinor?: boolean
  /** Takes what room is left, and is cut off with an ellipsis. */
  readonly isWide?: boolean
}

interface TableProps<Row> {
  readonly label: string
  readonly rows: readonly Row[]
  readonly columns: readonly Column<Row>[]
  readonly keyOf: (row: Row) => string
  /** Makes the first cell of each row a link there; arrows walk from row to row, Enter opens. */
  readonly hrefOf?: (row: Row) => string
  /** Key of the row whose detail is open. */
  readonly openKey?: string | undefined
  readonly isBusy?: boolean
}

/** Where it has little room, a row becomes a short card: its first cell above the others, each with its column's title. */
export function Table<Row>(props: TableProps<Row>) {
  const { label, rows, columns, keyOf, hrefOf, openKey, isBusy = false } = props
  // Two columns have room everywhere.
  const isFoldable = columns.filter(({ isMinor }) => !isMinor).length > 2
  const focusKey = rows.some((row) => keyOf(row) === openKey) ? openKey : rows[0] && keyOf(rows[0])
  return (
    <div class="table-frame">
      <table
        {...as.table}
        class={isFoldable ? 'table is-foldable' : 'table'}
        aria-label={label}
        aria-busy={isBusy}
        onKeyDown={walkRows}
      >
        <thead {...as.rowgroup}>
          <tr {...as.row}>
            {columns.map((column) => (
              <th key={column.title} {...as.columnheader} scope="col" class={cellClass(column)}>
                {column.title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody {...as.rowgroup}>
          {rows.map((row) => {
            const key = keyOf(row)
            const href = hrefOf?.(row)
            return (
              <tr
                key={key}
                {...as.row}
                {...(key === openKey ? { 'aria-current': 'true' } : {})}
                class={href === undefined ? '' : 'is-link'}
                onClick={href === undefined ? undefined : followRow}
              >
                {columns.map((column, place) => (
                  <td
                    key={column.title}
                    {...as.cell}
                    class={cellClass(column)}
                    data-title={place > 0 ? column.title : undefined}
                  >
                    {place === 0 && href !== undefined ? (
                      <a class="row-link" href={href} tabIndex={key === focusKey ? 0 : -1}>
                        {column.cell(row)}
                      </a>
                    ) : (
                      column.cell(row)
                    )}
                  </td>
                ))}
              </tr>
            )
          })}
        </tbody>
      </table>
    </div>
  )
}

/** Browsers may forget what the parts of a table are once they are laid out as something else; spread, as a linter takes them for redundant. */
const as = {
  table: { role: 'table' },
  rowgroup: { role: 'rowgroup' },
  row: { role: 'row' },
  columnheader: { role: 'columnheader' },
  cell: { role: 'cell' },
} as const

function cellClass<Row>({ isNumber, isMinor, isWide }: Column<Row>): string {
  return [isNumber && 'number', isMinor && 'minor', isWide && 'wide'].filter(Boolean).join(' ')
}

/** A tap anywhere in the row is one on its link, unless it was on something of its own or text is being selected. */
function followRow(event: MouseEvent): void {
  const target = event.target as HTMLElement
  if (target.closest('a, button, input, select, label') || getSelection()?.type === 'Range') return
  ;(event.currentTarget as HTMLElement).querySelector<HTMLElement>('a.row-link')?.click()
}

const steps: Record<string, (at: number, last: number) => number> = {
  ArrowDown: (at, last) => Math.min(last, at + 1),
  ArrowUp: (at) => at - 1,
  Home: () => 0,
  End: (_at, last) => last,
}

function walkRows(event: KeyboardEvent): void {
  const step = steps[event.key]
  const target = event.target as HTMLElement
  if (step === undefined || !target.matches('a.row-link')) return
  const table = event.currentTarget as HTMLElement
  const links = [...table.querySelectorAll<HTMLElement>('a.row-link')]
  const next = step(links.indexOf(target), links.length - 1)
  event.preventDefault()
  if (next < 0) document.querySelector<HTMLElement>('[data-search]')?.focus()
  else links[next]?.focus()
}
