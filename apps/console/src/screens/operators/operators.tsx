import type { Operator } from '@pillion/schema'
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
import { session } from '../../session.ts'
import { AddOperator } from './add-operator.tsx'
import { OperatorDrawer } from './operator-drawer.tsx'

const columns: readonly Column<Operator>[] = [
  {
    title: 'Name',
    cell: ({ name }) => (
      <>
        {name}
        {name === session.value?.name && <span class="faint"> · you</span>}
      </>
    ),
    isWide: true,
  },
  { title: 'Role', cell: ({ role }) => <Tag>{role}</Tag> },
  {
    title: 'State',
    cell: ({ isDisabled }) =>
      isDisabled ? <State kind="quiet">disabled</State> : <State kind="good">active</State>,
  },
  {
    title: 'Second factor',
    cell: ({ secondFactor }) =>
      secondFactor === 'on' ? <State kind="good">on</State> : <State kind="quiet">off</State>,
    isMinor: true,
  },
  { title: 'Added', cell: ({ createdAt }) => <Ago at={createdAt} />, isNumber: true, isMinor: true },
  {
    title: 'Last sign-in',
    cell: ({ lastSignInAt }) => <Ago at={lastSignInAt} never="never" />,
    isNumber: true,
  },
]

/** Who may use this console, and as what. */
export function Operators({ place }: { place: Place }) {
  const search = place.query.get('search') ?? ''
  const [openName] = place.rest
  const [isAdding, setAdding] = useState(false)
  const all = useList<Operator[], Operator>({ path: '/operators', read: (rows) => ({ rows }) })
  const rows = all.rows.filter(({ name }) => name.toLowerCase().includes(search.toLowerCase()))
  const open = all.rows.find(({ name }) => name === openName)
  return (
    <Page
      title="Operators"
      about="A viewer looks, an operator also acts on what runs, an admin also decides who may do what."
      actions={
        <Button needs="admin" kind="primary" icon="add" onClick={() => setAdding(true)}>
          Add operator
        </Button>
      }
      filters={<Search label="Name" value={search} onChange={findText} />}
      drawer={
        open && (
          <OperatorDrawer
            key={open.name}
            operator={open}
            closeHref={placeHref('operators', [], { search })}
            onChanged={all.reload}
          />
        )
      }
    >
      <ListView
        label="Operators"
        list={{ ...all, rows }}
        columns={columns}
        keyOf={({ name }) => name}
        hrefOf={({ name }) => placeHref('operators', [name], { search })}
        openKey={openName}
        empty={
          search === '' ? (
            <Empty title="There are no operators.">Who uses the admin token is not one.</Empty>
          ) : (
            <Empty title="No operator matches." />
          )
        }
      />
      {isAdding && <AddOperator onClose={() => setAdding(false)} onAdded={all.reload} />}
    </Page>
  )
}

const findText = (text: string) => setQuery({ search: text })
