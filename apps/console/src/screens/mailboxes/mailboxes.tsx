import type { EmptiedMailbox, MailboxPage } from '@pillion/schema'
import { useState } from 'preact/hooks'
import { apiPath, send } from '../../api.ts'
import { formatBytes, formatNumber } from '../../format.ts'
import {
  Ago,
  Button,
  type Column,
  Confirm,
  Empty,
  ListView,
  Page,
  Search,
  tell,
  useList,
} from '../../parts/index.ts'
import { type Place, placeHref, setQuery } from '../../place.ts'
import { may } from '../../session.ts'

type Row = MailboxPage['mailboxes'][number]

const factColumns: readonly Column<Row>[] = [
  { title: 'Vehicle', cell: ({ vin }) => <code>{vin}</code> },
  { title: 'Partner', cell: ({ uid }) => <a href={placeHref('partners', [uid])}>{uid}</a> },
  { title: 'App', isWide: true, cell: ({ idApp }) => idApp ?? <span class="faint">–</span> },
  { title: 'Messages', isNumber: true, cell: ({ messages }) => formatNumber(messages) },
  { title: 'Size', isNumber: true, isMinor: true, cell: ({ bytes }) => formatBytes(bytes) },
  { title: 'Oldest', cell: ({ oldestAt }) => <Ago at={oldestAt} /> },
]

const findText = (text: string) => setQuery({ search: text })

/** What waits for head units that are away. */
export function Mailboxes({ place }: { place: Place }) {
  const search = place.query.get('search') ?? ''
  const [emptied, setEmptied] = useState<Row>()
  const list = useList({
    path: '/mailboxes',
    query: { search },
    count: 50,
    everySeconds: 5,
    read: ({ mailboxes, next }: MailboxPage) => ({ rows: mailboxes, next }),
  })
  const act: Column<Row> = {
    title: 'Act',
    isNumber: true,
    cell: (mailbox) => (
      <Button needs="operator" kind="quiet" onClick={() => setEmptied(mailbox)}>
        Empty…
      </Button>
    ),
  }
  const columns: Column<Row>[] = [...factColumns, ...(may('operator') ? [act] : [])]
  return (
    <Page
      title="Mailboxes"
      about="Messages for head units that are away. Each app of a vehicle has a mailbox of its own; a full one loses its oldest message."
      filters={<Search label="VIN, partner or app" value={search} onChange={findText} />}
    >
      <ListView
        label="Mailboxes"
        list={list}
        columns={columns}
        keyOf={({ vin, uid, idApp = '' }) => `${vin} ${uid} ${idApp}`}
        hrefOf={({ vin }) => placeHref('vehicles', [vin])}
        empty={
          search === '' ? (
            <Empty title="Nothing waits.">
              A message to a vehicle whose head unit is away is kept here until it comes, for a day at most.
            </Empty>
          ) : (
            <Empty title={`No mailbox of “${search}”.`}>
              It has got everything, or what waited has expired.
            </Empty>
          )
        }
      />
      {emptied && (
        <EmptyMailbox
          mailbox={emptied}
          onClose={() => {
            setEmptied(undefined)
            list.reload()
          }}
        />
      )}
    </Page>
  )
}

function EmptyMailbox({ mailbox: { vin, idApp, messages }, onClose }: { mailbox: Row; onClose: () => void }) {
  const empty = async () => {
    const query = idApp === undefined ? '' : `?${new URLSearchParams({ idApp })}`
    const emptied = await send<EmptiedMailbox>('DELETE', `${apiPath('mailboxes', vin)}${query}`)
    tell(emptied.messages === 1 ? '1 message was dropped.' : `${emptied.messages} messages were dropped.`)
  }
  return (
    <Confirm title="Empty this mailbox?" verb="Empty" onConfirm={empty} onClose={onClose}>
      <p>
        {messages === 1 ? 'The message' : `The ${messages} messages`} of {idApp ?? 'all apps'} that wait for{' '}
        {vin} are dropped; the head unit will never see them.
      </p>
    </Confirm>
  )
}
