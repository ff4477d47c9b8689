import { useMemo, useState } from 'preact/hooks'
import { get, type ProblemError, type Query } from '../api.ts'
import { asProblem } from './form.tsx'
import { useLoad } from './use-load.ts'

/** Rows of one answer; `next` leads to what follows. */
export interface RowsPage<Row> {
  readonly rows: readonly Row[]
  readonly next?: string | number | undefined
  /** How many there are in all, if the server says so. */
  readonly total?: number | undefined
  readonly silentNodes?: readonly string[] | undefined
}

export interface List<Row> extends RowsPage<Row> {
  readonly isLoading: boolean
  /** Nothing has come yet. */
  readonly isFirst: boolean
  readonly error: ProblemError | undefined
  readonly reload: () => void
  /** Fetches the next page and puts it below. */
  readonly more: () => Promise<void>
}

interface ListSource<Answer, Row> {
  readonly path: string
  readonly query?: Query
  readonly read: (answer: Answer) => RowsPage<Row>
  /** Of a page; the query's `count`. Absent where the server gives all at once. */
  readonly count?: number
  /** The query's name for `next`; `cursor` unless given. */
  readonly cursorName?: string
  /** Renewed so often, until one has gone on to further pages: rows must not move under the reader. */
  readonly everySeconds?: number
}

/** A list of the server that can be searched, is renewed by itself, and grows page by page. */
export function useList<Answer, Row>(source: ListSource<Answer, Row>): List<Row> {
  const { path, query = {}, read, count, cursorName = 'cursor', everySeconds } = source
  const asked = count === undefined ? query : { ...query, count }
  const address = JSON.stringify([path, asked])
  const [grown, setGrown] = useState<{ address: string; page: RowsPage<Row>; error?: ProblemError }>()
  const further = grown?.address === address ? grown : undefined
  const first = useLoad<Answer>(path, {
    query: asked,
    ...(everySeconds === undefined || further ? {} : { everySeconds }),
  })
  // `read` is the same for the same answer
  const page = useMemo(() => (first.value === undefined ? { rows: [] } : read(first.value)), [first.value])
  const shown = further
    ? { ...page, rows: [...page.rows, ...further.page.rows], next: further.page.next }
    : page

  const more = async () => {
    const before = further?.page.rows ?? []
    try {
      const answer = read(await get<Answer>(path, { ...asked, [cursorName]: shown.next }))
      setGrown({ address, page: { ...answer, rows: [...before, ...answer.rows] } })
    } catch (thrown) {
      setGrown({ address, page: { rows: before, next: shown.next }, error: asProblem(thrown) })
    }
  }
  const reload = () => {
    setGrown(undefined)
    first.reload()
  }
  return {
    ...shown,
    isLoading: first.isLoading,
    isFirst: first.value === undefined && first.error === undefined,
    error: first.error ?? further?.error,
    reload,
    more,
  }
}
