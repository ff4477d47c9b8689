import type { ConnectionPage, ConnectionView } from '@pillion/schema'
import { formatNumber } from '../../format.ts'
import { Ago, Choice, type Column, Empty, ListView, Page, Search, State, useList } from '../../parts/index.ts'
import { type Place, placeHref, setQuery } from '../../place.ts'
import { ConnectionDrawer } from './connection-drawer.tsx'

const roles = ['partner', 'vehicle', 'installation', 'account'] as const

const columns: readonly Column<ConnectionView>[] = [
  { title: 'Name', cell: ({ name }) => name },
  { title: 'Role', cell: ({ role }) => role, isMinor: true },
  { title: 'Client id', cell: ({ clientId }) => <code>{clientId}</code>, isWide: true },
  { title: 'Address', cell: ({ address }) => address, isMinor: true },
  { title: 'Listener', cell: ({ listener }) => listener, isMinor: true },
  { title: 'MQTT', cell: ({ protocolVersion }) => protocolVersion, isMinor: true },
  { title: 'In', cell: ({ messagesIn }) => formatNumber(messagesIn), isNumber: true, isMinor: true },
  { title: 'Out', cell: ({ messagesOut }) => formatNumber(messagesOut), isNumber: true, isMinor: true },
  { title: 'Dropped', cell: ({ dropped }) => <Dropped count={dropped} />, isNumber: true, isMinor: true },
  { title: 'Connected', cell: ({ connectedAt }) => <Ago at={connectedAt} />, isNumber: true },
]

const readPage = (page: ConnectionPage) => ({ ...page, rows: page.connections })

/** Who is connected now, at all nodes. */
export function Connections({ place }: { place: Place }) {
  const search = place.query.get('search') ?? ''
  const role = place.query.get('role') ?? ''
  const [openId] = place.rest
  const list = useList<ConnectionPage, ConnectionView>({
    path: '/connections',
    query: { search, role },
    read: readPage,
    count: 50,
    everySeconds: 2,
  })
  const query = { search, role }
  return (
    <Page
      title="Connections"
      filters={
        <>
          <Search label="Name, client id or address" value={search} onChange={findText} />
          <Choice
            label="Role"
            value={role}
            options={[['', 'All roles'], ...roles.map((each) => [each, each] as const)]}
            onChange={(value) => setQuery({ role: value })}
          />
        </>
      }
      drawer={
        openId !== undefined && (
          <ConnectionDrawer
            key={openId}
            id={openId}
            closeHref={placeHref('connections', [], query)}
            onKicked={list.reload}
          />
        )
      }
    >
      <ListView
        label="Connections"
        list={list}
        columns={columns}
        keyOf={({ id }) => id}
        hrefOf={({ id }) => placeHref('connections', [id], query)}
        openKey={openId}
        empty={<NobodyConnected isSearch={search !== '' || role !== ''} />}
      />
    </Page>
  )
}

const findText = (text: string) => setQuery({ search: text })

function NobodyConnected({ isSearch }: { isSearch: boolean }) {
  if (isSearch) return <Empty title="No connection matches." />
  return (
    <Empty title="Nobody is connected.">
      Open a vehicle’s head unit in the browser, or connect any MQTT client with the credentials that{' '}
      <code>pillion partner add</code> printed.
    </Empty>
  )
}

function Dropped({ count }: { count: number }) {
  return count === 0 ? <span class="faint">0</span> : <State kind="warn">{formatNumber(count)}</State>
}
