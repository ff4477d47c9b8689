import type { AuditEntry, AuditPage } from '@pillion/schema'
import { useState } from 'preact/hooks'
import {
  Ago,
  Button,
  type Column,
  Empty,
  ListView,
  Page,
  Search,
  State,
  Tag,
  useList,
} from '../../parts/index.ts'
import { type Place, placeHref, setQuery } from '../../place.ts'
import { AuditChain } from './audit-chain.tsx'
import { AuditDrawer } from './audit-drawer.tsx'

const columns: readonly Column<AuditEntry>[] = [
  { title: 'No.', cell: ({ number }) => number, isNumber: true },
  { title: 'When', cell: ({ at }) => <Ago at={at} /> },
  { title: 'Who', cell: ({ actor }) => actor.replace(/^operator:/, '') },
  { title: 'Did', cell: (entry) => <Act of={entry} /> },
  { title: 'To', cell: ({ target }) => target ?? <span class="faint">–</span>, isWide: true, isMinor: true },
  { title: 'From', cell: ({ address }) => address ?? <span class="faint">–</span>, isMinor: true },
]

const readPage = ({ entries, next }: AuditPage) => ({ rows: entries, next })

/** Every administrative act, newest first. */
export function Audit({ place }: { place: Place }) {
  const [isChecking, setChecking] = useState(false)
  const query = {
    actor: place.query.get('actor') ?? '',
    action: place.query.get('action') ?? '',
    target: place.query.get('target') ?? '',
  }
  const list = useList<AuditPage, AuditEntry>({
    path: '/audit',
    query,
    read: readPage,
    count: 50,
    cursorName: 'before',
    everySeconds: 5,
  })
  const [openNumber] = place.rest
  const open = list.rows.find(({ number }) => String(number) === openNumber)
  const isSearch = Object.values(query).some((text) => text !== '')
  return (
    <Page
      title="Audit log"
      about="Every administrative act. Each entry holds the hash of the one before."
      actions={<Button onClick={() => setChecking(true)}>Check the chain</Button>}
      filters={
        <>
          <Search label="To, such as partner:demo" value={query.target} onChange={findTarget} />
          <Search label="Who" value={query.actor} onChange={findActor} />
          <Search label="Did" value={query.action} onChange={findAction} />
        </>
      }
      drawer={open && <AuditDrawer entry={open} closeHref={placeHref('audit', [], query)} />}
    >
      <ListView
        label="Audit log"
        list={list}
        columns={columns}
        keyOf={({ number }) => String(number)}
        hrefOf={({ number }) => placeHref('audit', [String(number)], query)}
        openKey={openNumber}
        empty={<Empty title={isSearch ? 'No entry matches.' : 'Nothing has been done yet.'} />}
      />
      {isChecking && <AuditChain onClose={() => setChecking(false)} />}
    </Page>
  )
}

/** The entry that tells of a failure must not look like a second act; it names the entry of the first. */
function Act({ of: { action, details } }: { of: AuditEntry }) {
  if (details.of === undefined) return <Tag>{action}</Tag>
  return (
    <>
      <Tag>{action}</Tag>{' '}
      <State kind="bad">{`failed (No. ${details.of}): ${details.failed ?? details.status}`}</State>
    </>
  )
}

const findTarget = (target: string) => setQuery({ target })
const findActor = (actor: string) => setQuery({ actor })
const findAction = (action: string) => setQuery({ action })
