import type { VehiclePage } from '@pillion/schema'
import { useState } from 'preact/hooks'
import { ExpiringChoice, ExpiringList, isAboutExpiring } from '../../credentials/expiring-list.tsx'
import { Ago, Button, type Column, Empty, ListView, Page, Search, State, useList } from '../../parts/index.ts'
import { type Place, placeHref, setQuery } from '../../place.ts'
import { AddVehicles } from './add-vehicles.tsx'

type Row = VehiclePage['vehicles'][number]

const columns: readonly Column<Row>[] = [
  { title: 'VIN', cell: ({ vin }) => <code>{vin}</code> },
  {
    title: 'Head unit',
    isWide: true,
    cell: ({ isConnected }) => <HeadUnitState isConnected={isConnected} />,
  },
  { title: 'Added', cell: ({ createdAt }) => <Ago at={createdAt} /> },
]

export function HeadUnitState({ isConnected }: { isConnected: boolean }) {
  return isConnected ? <State kind="good">connected</State> : <State kind="quiet">away</State>
}

const findText = (text: string) => setQuery({ search: text })

export function VehicleList({ place }: { place: Place }) {
  const [isAdding, setAdding] = useState(false)
  const search = place.query.get('search') ?? ''
  const list = useList({
    path: '/vehicles',
    query: { search },
    count: 50,
    everySeconds: 5,
    read: ({ vehicles, total, next }: VehiclePage) => ({ rows: vehicles, total, next }),
  })
  return (
    <Page
      title="Vehicles"
      about="Each has a head unit that signs in with the VIN."
      actions={
        <Button needs="admin" kind="primary" icon="add" onClick={() => setAdding(true)}>
          Add vehicles
        </Button>
      }
      filters={
        <>
          <Search label="Part of a VIN" value={search} onChange={findText} />
          <ExpiringChoice place={place} />
        </>
      }
    >
      {isAboutExpiring(place) ? (
        <ExpiringList of="vehicle" search={search} />
      ) : (
        <ListView
          label="Vehicles"
          list={list}
          columns={columns}
          keyOf={({ vin }) => vin}
          hrefOf={({ vin }) => placeHref('vehicles', [vin])}
          empty={
            search === '' ? (
              <Empty title="There is no vehicle yet.">Add the first: all it takes is its VIN.</Empty>
            ) : (
              <Empty title={`No VIN has “${search}” in it.`}>
                VINs are compared exactly, letter case included.
              </Empty>
            )
          }
        />
      )}
      {isAdding && (
        <AddVehicles
          onClose={() => {
            setAdding(false)
            list.reload()
          }}
        />
      )}
    </Page>
  )
}
