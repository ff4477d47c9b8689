import type { ExpiringCertificatesView } from '@pillion/schema'
import { Choice, type Column, Empty, ListView, State, useList } from '../parts/index.ts'
import { Ago, now } from '../parts/time.tsx'
import { type Place, placeHref, setQuery } from '../place.ts'
import { searchRows } from '../search-rows.ts'

type Row = ExpiringCertificatesView['first'][number]

interface ExpiringListProps {
  readonly of: 'partner' | 'vehicle'
  readonly search: string
}

/** Where the list of those is whose client certificates end soon. */
export function expiringHref(role: ExpiringListProps['of']): string {
  return placeHref(`${role}s`, [], { certificates: 'expiring' })
}

export function isAboutExpiring(place: Place): boolean {
  return place.query.get('certificates') === 'expiring'
}

export function ExpiringChoice({ place }: { place: Place }) {
  return (
    <Choice
      label="Certificates"
      value={place.query.get('certificates') ?? ''}
      options={[
        ['', 'Any certificate'],
        ['expiring', 'Certificate ends soon'],
      ]}
      onChange={(certificates) => setQuery({ certificates })}
    />
  )
}

/** The first of them to end; each leads to where it gets a new one. */
export function ExpiringList({ of: role, search }: ExpiringListProps) {
  const all = useList({
    path: '/certificates/expiring',
    everySeconds: 10,
    read: (answer: ExpiringCertificatesView[]) => {
      const found = answer.find((each) => each.role === role)
      return { rows: found?.first ?? [], total: found?.count }
    },
  })
  const list = search === '' ? all : { ...all, rows: searchRows(all.rows, search, ({ name }) => [name]) }
  return (
    <ListView
      label={`Certificates of ${role}s`}
      list={list}
      columns={columnsOf[role]}
      keyOf={({ name }) => name}
      hrefOf={({ name }) => placeHref(`${role}s`, [name])}
      empty={
        <Empty title={`No ${role}’s client certificate ends soon.`}>
          Those whose last one ends within 30 days, or has ended in the last 30, are listed here.
        </Empty>
      }
    />
  )
}

const end: Column<Row> = {
  title: 'Certificate',
  isWide: true,
  cell: ({ endsAt }) => {
    const isOver = Date.parse(endsAt) <= now.value
    return (
      <State kind={isOver ? 'bad' : 'warn'}>
        {isOver ? 'ended' : 'ends'} <Ago at={endsAt} />
      </State>
    )
  },
}

const columnsOf: Record<ExpiringListProps['of'], readonly Column<Row>[]> = {
  partner: [{ title: 'UID', cell: ({ name }) => name }, end],
  vehicle: [{ title: 'VIN', cell: ({ name }) => <code>{name}</code> }, end],
}
