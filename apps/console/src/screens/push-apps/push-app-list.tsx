import type { PushAppView } from '@pillion/schema'
import { useState } from 'preact/hooks'
import { Ago, Button, type Column, Empty, ListView, Page, Search, State, useList } from '../../parts/index.ts'
import { type Place, placeHref, setQuery } from '../../place.ts'
import { searchRows } from '../../search-rows.ts'
import { AddPushApp } from './add-push-app.tsx'

const columns: readonly Column<PushAppView>[] = [
  { title: 'App id', cell: ({ appID }) => <code>{appID}</code> },
  { title: 'State', isWide: true, cell: PushAppState },
  { title: 'Client id', isMinor: true, cell: ({ clientID }) => <code>{clientID}</code> },
  { title: 'Added', cell: ({ createdAt }) => <Ago at={createdAt} /> },
]

export function PushAppState({ isDisabled }: { isDisabled: boolean }) {
  return isDisabled ? <State kind="warn">disabled</State> : <State kind="good">in use</State>
}

const findText = (text: string) => setQuery({ search: text })
const readApps = (apps: PushAppView[]) => ({ rows: apps })

export function PushAppList({ place }: { place: Place }) {
  const [isAdding, setAdding] = useState(false)
  const search = place.query.get('search') ?? ''
  const all = useList({ path: '/push-apps', read: readApps, everySeconds: 10 })
  const list = { ...all, rows: searchRows(all.rows, search, ({ appID, clientID }) => [appID, clientID]) }
  return (
    <Page
      title="Push apps"
      about="Each has its own users and things, their installations, and the topics and buckets they subscribe to."
      actions={
        <Button needs="admin" kind="primary" icon="add" onClick={() => setAdding(true)}>
          Add push app
        </Button>
      }
      filters={<Search label="App id or client id" value={search} onChange={findText} />}
    >
      <ListView
        label="Push apps"
        list={list}
        columns={columns}
        keyOf={({ appID }) => appID}
        hrefOf={({ appID }) => placeHref('push-apps', [appID])}
        empty={
          search === '' ? (
            <Empty title="There is no push app yet.">
              Add one: its id and key go into the web page or device, its secret to the back end.
            </Empty>
          ) : (
            <Empty title={`No push app has “${search}” in its id.`} />
          )
        }
      />
      {isAdding && (
        <AddPushApp
          onClose={() => {
            setAdding(false)
            all.reload()
          }}
        />
      )}
    </Page>
  )
}
