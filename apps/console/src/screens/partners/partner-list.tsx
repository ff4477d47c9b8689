import type { Partner } from '@pillion/schema'
import { useState } from 'preact/hooks'
import { ExpiringChoice, ExpiringList, isAboutExpiring } from '../../credentials/expiring-list.tsx'
import { Ago, Button, type Column, Empty, ListView, Page, Search, useList } from '../../parts/index.ts'
import { type Place, placeHref, setQuery } from '../../place.ts'
import { searchRows } from '../../search-rows.ts'
import { AddPartner } from './add-partner.tsx'

const columns: readonly Column<Partner>[] = [
  { title: 'UID', cell: ({ uid }) => uid },
  { title: 'Name', isWide: true, cell: ({ name }) => name },
  { title: 'Added', cell: ({ createdAt }) => <Ago at={createdAt} /> },
]

const findText = (text: string) => setQuery({ search: text })
const readPartners = (partners: Partner[]) => ({ rows: partners })

export function PartnerList({ place }: { place: Place }) {
  const [isAdding, setAdding] = useState(false)
  const search = place.query.get('search') ?? ''
  const all = useList({ path: '/partners', read: readPartners, everySeconds: 10 })
  const list = { ...all, rows: searchRows(all.rows, search, ({ uid, name }) => [uid, name]) }
  return (
    <Page
      title="Partners"
      about="Back ends that send to their apps in vehicles, and get what those send."
      actions={
        <Button needs="admin" kind="primary" icon="add" onClick={() => setAdding(true)}>
          Add partner
        </Button>
      }
      filters={
        <>
          <Search label="UID or name" value={search} onChange={findText} />
          <ExpiringChoice place={place} />
        </>
      }
    >
      {isAboutExpiring(place) ? (
        <ExpiringList of="partner" search={search} />
      ) : (
        <ListView
          label="Partners"
          list={list}
          columns={columns}
          keyOf={({ uid }) => uid}
          hrefOf={({ uid }) => placeHref('partners', [uid])}
          empty={
            search === '' ? (
              <Empty title="There is no partner yet.">
                Add one: it gets a password and a client certificate, ready for its back end.
              </Empty>
            ) : (
              <Empty title={`No partner has “${search}” in its UID or name.`} />
            )
          }
        />
      )}
      {isAdding && (
        <AddPartner
          onClose={() => {
            setAdding(false)
            all.reload()
          }}
        />
      )}
    </Page>
  )
}
