import type { App } from '@pillion/schema'
import { Ago, Button, type Column, Empty, ListView, Page, Search, useList } from '../../parts/index.ts'
import { go, type Place, placeHref, setQuery } from '../../place.ts'
import { searchRows } from '../../search-rows.ts'
import { AddApp } from './add-app.tsx'

const columns: readonly Column<App>[] = [
  { title: 'App', cell: ({ idApp }) => idApp },
  { title: 'Name', isWide: true, cell: ({ name }) => name },
  { title: 'Partner', cell: ({ uid }) => <a href={placeHref('partners', [uid])}>{uid}</a> },
  { title: 'Package', cell: ({ version }) => version ?? <span class="faint">none</span> },
  { title: 'While driving', isMinor: true, cell: ({ drivingMode }) => (drivingMode ? 'usable' : 'covered') },
  { title: 'Added', isMinor: true, cell: ({ createdAt }) => <Ago at={createdAt} /> },
]

const findText = (text: string) => setQuery({ search: text })
const readApps = (apps: App[]) => ({ rows: apps })

/** `?add=UID` opens the form for an app of that partner. */
export function AppList({ place }: { place: Place }) {
  const search = place.query.get('search') ?? ''
  const adding = place.query.get('add')
  const all = useList({ path: '/apps', read: readApps, everySeconds: 10 })
  const list = { ...all, rows: searchRows(all.rows, search, ({ idApp, name, uid }) => [idApp, name, uid]) }
  return (
    <Page
      title="Apps"
      about="What vehicles show: a package of web pages, its partner, and the vehicles that are subscribed."
      actions={
        <Button needs="admin" kind="primary" icon="add" onClick={() => setQuery({ add: '*' })}>
          Add app
        </Button>
      }
      filters={<Search label="App, name or partner" value={search} onChange={findText} />}
    >
      <ListView
        label="Apps"
        list={list}
        columns={columns}
        keyOf={({ idApp }) => idApp}
        hrefOf={({ idApp }) => placeHref('apps', [idApp])}
        empty={
          search === '' ? (
            <Empty title="There is no app yet.">
              Add one for a partner, then drop its package on its page and subscribe vehicles.
            </Empty>
          ) : (
            <Empty title={`No app has “${search}” in its id, name or partner.`} />
          )
        }
      />
      {adding && (
        <AddApp
          uid={adding === '*' ? '' : adding}
          onClose={() => setQuery({ add: undefined })}
          onAdded={(app) => go(placeHref('apps', [app.idApp]))}
        />
      )}
    </Page>
  )
}
