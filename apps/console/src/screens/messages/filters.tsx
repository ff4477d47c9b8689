import type { App, Partner } from '@pillion/schema'
import { stateOptions } from '../../messages/state-words.tsx'
import { Choice, useLoad } from '../../parts/index.ts'
import { go, placeHref, setQuery } from '../../place.ts'
import { FilterField } from './filter-field.tsx'
import type { MessageFilter } from './message-filter.ts'

const times = [
  ['', 'Any time'],
  ['10m', 'Last 10 minutes'],
  ['1h', 'Last hour'],
  ['24h', 'Last 24 hours'],
  ['7d', 'Last 7 days'],
] as const

/** Filters that have no field of their own come by a link, and can be taken away again. */
const linked = [
  ['appID', 'push app'],
  ['topic', 'topic'],
  ['receipt', 'receipt'],
  ['pushMessageID', 'push'],
  ['reason', 'reason'],
] as const

export function Filters({ filter }: { filter: MessageFilter }) {
  const { value: partners } = useLoad<Partner[]>('/partners')
  const { value: apps } = useLoad<App[]>('/apps')
  const given = linked.filter(([name]) => filter[name] !== undefined)
  return (
    <>
      <FilterField label="VIN or id" isFirst value={filter.vin ?? ''} onChange={findVin} />
      <FilterField
        label="Partner"
        value={filter.uid ?? ''}
        suggestions={partners?.map(({ uid }) => uid) ?? []}
        onChange={(uid) => setQuery({ uid })}
      />
      <FilterField
        label="App"
        value={filter.idApp ?? ''}
        suggestions={apps?.map(({ idApp }) => idApp) ?? []}
        onChange={(idApp) => setQuery({ idApp })}
      />
      <FilterField
        label="Receiver"
        value={filter.receiver ?? ''}
        onChange={(receiver) => setQuery({ receiver })}
      />
      <Choice
        label="Newest state"
        value={filter.state ?? ''}
        options={[['', 'Any state'], ...stateOptions]}
        onChange={(state) => setQuery({ state })}
      />
      <Choice
        label="Since"
        value={filter.since ?? ''}
        options={times}
        onChange={(since) => setQuery({ since })}
      />
      {given.map(([name, text]) => (
        <button
          key={name}
          type="button"
          class="button chip"
          title="Take this filter away"
          onClick={() => setQuery({ [name]: undefined })}
        >
          <span class="faint">{text}</span> {filter[name]} <span aria-hidden="true">×</span>
        </button>
      ))}
    </>
  )
}

/** Ids and VINs cannot be mistaken for each other: 26 characters, 17 characters. */
function findVin(text: string): void {
  if (text.length === 26) go(placeHref('messages', [text]))
  else setQuery({ vin: text })
}
