import type { Setting } from '@pillion/schema'
import { formatValue } from '../../format.ts'
import { Choice, type Column, Empty, ListView, Page, Search, State, Tag, useList } from '../../parts/index.ts'
import { type Place, placeHref, setQuery } from '../../place.ts'
import { SettingDrawer } from './setting-drawer.tsx'

const columns: readonly Column<Setting>[] = [
  { title: 'Key', cell: ({ key }) => <code>{key}</code> },
  { title: 'Value', cell: (setting) => <Value of={setting} />, isWide: true },
  { title: 'Comes from', cell: ({ source }) => <Source of={source} /> },
  {
    title: 'Takes effect',
    cell: ({ needsRestart }) => (
      <span class="faint">{needsRestart ? 'with a restart' : 'with a reload'}</span>
    ),
    isMinor: true,
  },
]

/** What is in force, and where each comes from. It is changed where it comes from, not here. */
export function Settings({ place }: { place: Place }) {
  const search = place.query.get('search') ?? ''
  const from = place.query.get('from') ?? ''
  const [openKey] = place.rest
  const all = useList<Setting[], Setting>({ path: '/settings', read: (rows) => ({ rows }) })
  const rows = all.rows.filter((setting) => isWanted(setting, search.toLowerCase(), from))
  const open = all.rows.find(({ key }) => key === openKey)
  const query = { search, from }
  const changed = all.rows.filter(({ source }) => source !== 'default').length
  return (
    <Page
      title="Settings"
      about={
        all.isFirst
          ? 'What is in force here, and where it comes from.'
          : `What is in force here, and where it comes from. ${changed} of ${all.rows.length} are not the default.`
      }
      filters={
        <>
          <Search label="Key, value or description" value={search} onChange={findText} />
          <Choice
            label="Comes from"
            value={from}
            options={[
              ['', 'From anywhere'],
              ['changed', 'Not the default'],
              ['file', 'From the file'],
              ['environment', 'From the environment'],
              ['flag', 'From a flag'],
            ]}
            onChange={(value) => setQuery({ from: value })}
          />
        </>
      }
      drawer={open && <SettingDrawer setting={open} closeHref={placeHref('settings', [], query)} />}
    >
      <ListView
        label="Settings"
        list={{ ...all, rows }}
        columns={columns}
        keyOf={({ key }) => key}
        hrefOf={({ key }) => placeHref('settings', [key], query)}
        openKey={openKey}
        empty={<Empty title="No setting matches." />}
      />
    </Page>
  )
}

const findText = (text: string) => setQuery({ search: text })

function isWanted(setting: Setting, search: string, from: string): boolean {
  const { key, description, source } = setting
  if (from === 'changed' && source === 'default') return false
  if (from !== '' && from !== 'changed' && !source.startsWith(from)) return false
  return `${key} ${formatValue(setting.value)} ${description}`.toLowerCase().includes(search)
}

function Value({ of: { value, isSecret } }: { of: Setting }) {
  if (isSecret) return <span class="faint">secret</span>
  const text = formatValue(value)
  return text === '' ? <span class="faint">empty</span> : <code title={text}>{text}</code>
}

function Source({ of: source }: { of: string }) {
  if (source === 'default') return <span class="faint">default</span>
  return source.startsWith('file') ? <Tag>{source}</Tag> : <State kind="info">{source}</State>
}
