import type { Ban } from '@pillion/schema'
import { useState } from 'preact/hooks'
import { apiPath, send } from '../../api.ts'
import { formatNumber } from '../../format.ts'
import {
  Ago,
  Button,
  type Column,
  Confirm,
  Empty,
  ListView,
  Page,
  Search,
  Tag,
  tell,
  useList,
} from '../../parts/index.ts'
import { type Place, setQuery } from '../../place.ts'

/** Who is held back because of failures before. */
export function Bans({ place }: { place: Place }) {
  const search = place.query.get('search') ?? ''
  const [lifting, setLifting] = useState<Ban>()
  const all = useList<Ban[], Ban>({ path: '/bans', read: (rows) => ({ rows }), everySeconds: 3 })
  const rows = all.rows.filter(({ name }) => name.toLowerCase().includes(search.toLowerCase()))
  const columns: readonly Column<Ban>[] = [
    { title: 'Address or name', cell: ({ name }) => <code>{name}</code>, isWide: true },
    { title: 'Kind', cell: ({ kind }) => <Tag>{kind}</Tag> },
    { title: 'Failures', cell: ({ failures }) => formatNumber(failures), isNumber: true },
    { title: 'Ends', cell: ({ endsAt }) => <Ago at={endsAt} />, isNumber: true },
    {
      title: 'Act',
      cell: (ban) => (
        <Button needs="operator" onClick={() => setLifting(ban)}>
          Lift…
        </Button>
      ),
      isNumber: true,
    },
  ]
  return (
    <Page
      title="Bans"
      about="Addresses and names that may not try again yet, after too many failures."
      filters={<Search label="Address or name" value={search} onChange={findText} />}
    >
      <ListView
        label="Bans"
        list={{ ...all, rows }}
        columns={columns}
        keyOf={({ id }) => id}
        empty={
          search === '' ? (
            <Empty title="Nobody is held back.">
              Whoever fails to sign in too often appears here until the time is over, or somebody lifts it.
            </Empty>
          ) : (
            <Empty title="No ban matches." />
          )
        }
      />
      {lifting && (
        <Confirm
          title={`Lift the ban of ${lifting.name}?`}
          verb="Lift"
          onClose={() => setLifting(undefined)}
          onConfirm={async () => {
            await send('DELETE', apiPath('bans', lifting.id))
            tell(`${lifting.name} may try again.`)
            all.reload()
          }}
        >
          <p>
            It may try again at once; the {formatNumber(lifting.failures)} failures are forgotten. If somebody
            is guessing passwords, leave it: it ends by itself <Ago at={lifting.endsAt} />.
          </p>
        </Confirm>
      )}
    </Page>
  )
}

const findText = (text: string) => setQuery({ search: text })
