import type { PushItemPage } from '@pillion/schema'
import type { ComponentChildren } from 'preact'
import { apiPath } from '../../api.ts'
import { formatValue } from '../../format.ts'
import { Ago, type Column, Empty, ListView, Search, State, useList } from '../../parts/index.ts'
import { placeHref, setQuery } from '../../place.ts'
import { may } from '../../session.ts'

type Item = PushItemPage['items'][number]

interface Kind {
  readonly title: string
  readonly search: string
  /** Makes the key of a row. */
  readonly names: readonly string[]
  readonly columns: readonly Column<Item>[]
  readonly empty: string
  readonly next: string
  /** `to` of a test push to it. */
  readonly addressOf?: (item: Item) => string | undefined
}

/** What a push app holds, as its own REST shows it. */
export const itemKinds = {
  users: {
    title: 'Users',
    search: 'Id, login name, e-mail or phone',
    names: ['userID'],
    columns: [
      { title: 'User id', cell: ({ userID }) => <code>{text(userID)}</code> },
      { title: 'Login name', cell: ({ loginName }) => text(loginName) },
      { title: 'Name', isWide: true, cell: ({ displayName }) => text(displayName) },
      { title: 'E-mail', isMinor: true, cell: ({ emailAddress }) => text(emailAddress) },
      { title: 'Phone', isMinor: true, cell: ({ phoneNumber }) => text(phoneNumber) },
      { title: 'State', cell: ({ _disabled }) => enabledState(_disabled) },
    ],
    empty: 'There is no user yet.',
    next: 'Users sign up by themselves, or the app’s back end adds them: POST /api/apps/…/users.',
    addressOf: ({ userID }) => (userID === undefined ? undefined : `user:${userID}`),
  },
  things: {
    title: 'Things',
    search: 'Id or vendor thing id',
    names: ['_thingID'],
    columns: [
      { title: 'Thing id', cell: ({ _thingID }) => <code>{text(_thingID)}</code> },
      { title: 'Vendor thing id', isWide: true, cell: ({ _vendorThingID }) => text(_vendorThingID) },
      { title: 'Type', isMinor: true, cell: ({ _thingType }) => text(_thingType) },
      { title: 'Online', cell: ({ _online }) => onlineState(_online) },
      { title: 'Added', isMinor: true, cell: ({ _created }) => when(_created) },
      { title: 'State', cell: ({ _disabled }) => enabledState(_disabled) },
    ],
    empty: 'There is no thing yet.',
    next: 'Things register themselves: npx node examples/push-thing/src/main.ts shows how.',
    addressOf: ({ _thingID }) => (_thingID === undefined ? undefined : `thing:${_thingID}`),
  },
  installations: {
    title: 'Installations',
    search: 'Id, user or thing',
    names: ['installationID'],
    columns: [
      { title: 'Installation', cell: ({ installationID }) => <code>{text(installationID)}</code> },
      { title: 'Of', isWide: true, cell: ownerOf },
      { title: 'Device', cell: ({ deviceType }) => text(deviceType) },
      {
        title: 'Stage',
        isMinor: true,
        cell: ({ development }) => (development ? 'development' : 'production'),
      },
    ],
    empty: 'There is no installation yet.',
    next: 'An app that wants pushes registers its device: POST /api/apps/…/installations.',
  },
  topics: {
    title: 'Topics',
    search: 'Part of a name',
    names: ['uri'],
    columns: [
      { title: 'Topic', cell: ({ topicID }) => text(topicID) },
      { title: 'Of', isWide: true, cell: scopeOf },
      { title: 'Made by', isMinor: true, cell: creatorOf },
      { title: 'Made', cell: ({ createdAt }) => when(createdAt) },
    ],
    empty: 'There is no topic yet.',
    next: 'The app’s back end makes them for all; users, groups and things have their own.',
    addressOf: topicAddress,
  },
  buckets: {
    title: 'Buckets',
    search: 'Part of a name',
    names: ['uri'],
    columns: [
      { title: 'Bucket', cell: ({ bucketID }) => text(bucketID) },
      { title: 'Of', isWide: true, cell: scopeOf },
      { title: 'Made by', isMinor: true, cell: creatorOf },
      { title: 'Made', cell: ({ createdAt }) => when(createdAt) },
    ],
    empty: 'There is no bucket yet.',
    next: 'A bucket is made with its first object; who subscribes hears of each change.',
  },
} satisfies Record<string, Kind>

type ItemKind = keyof typeof itemKinds

export function isItemKind(name: string): name is ItemKind {
  return Object.hasOwn(itemKinds, name)
}

const findText = (search: string) => setQuery({ search })
const readItems = ({ items, next }: PushItemPage) => ({ rows: items, next })

export function ItemList({ appID, kind, search }: { appID: string; kind: ItemKind; search: string }) {
  const { title, search: label, names, columns, empty, next, ...rest }: Kind = itemKinds[kind]
  const addressOf = may('operator') ? rest.addressOf : undefined
  const list = useList<PushItemPage, Item>({
    path: apiPath('push-apps', appID, kind),
    query: { search },
    count: 50,
    everySeconds: 10,
    read: readItems,
  })
  const hrefOf =
    addressOf && ((item: Item) => placeHref('push-apps', [appID, 'send'], { to: addressOf(item) }))
  return (
    <>
      <div class="filters">
        <Search label={label} value={search} onChange={findText} />
        {addressOf && <span class="hint">Choose one to send it a test push.</span>}
      </div>
      <ListView
        label={title}
        list={list}
        columns={columns}
        keyOf={(item) => names.map((name) => text(item[name])).join(' ')}
        {...(hrefOf ? { hrefOf } : {})}
        empty={
          search === '' ? (
            <Empty title={empty}>{next}</Empty>
          ) : (
            <Empty title={`Nothing matches “${search}”.`} />
          )
        }
      />
    </>
  )
}

function text(value: unknown): string {
  return formatValue(value)
}

function when(value: unknown): ComponentChildren {
  if (typeof value === 'number') return <Ago at={new Date(value).toISOString()} />
  return typeof value === 'string' ? <Ago at={value} /> : null
}

function ownerOf({ userID, thingID }: Item): string {
  if (userID !== undefined) return `user ${text(userID)}`
  return thingID === undefined ? '' : `thing ${text(thingID)}`
}

/** A topic or bucket belongs to the app, or to one user, group or thing. */
function scopeOf(item: Item): ComponentChildren {
  const { kind, id } = readScope(item)
  if (kind === 'app') return 'the app'
  return (
    <>
      {kind} <code>{id}</code>
    </>
  )
}

function readScope(item: Item): { kind: string; id: string } {
  const kind = text(item.scope)
  return { kind, id: text(item[`${kind}ID`]) }
}

function topicAddress(item: Item): string {
  const { kind, id } = readScope(item)
  const scope = kind === 'app' ? '' : `${kind}s/${id}/`
  return `topic:${scope}${text(item.topicID)}`
}

/** `UserID:…` or `ThingID:…`; absent: the app's admin. */
function creatorOf({ creator }: Item): ComponentChildren {
  if (creator === undefined) return 'the app’s admin'
  const [, kind, id] = /^(User|Thing)ID:(.+)$/.exec(text(creator)) ?? []
  if (kind === undefined) return text(creator)
  return (
    <>
      {kind.toLowerCase()} <code>{id}</code>
    </>
  )
}

function onlineState(isOnline: unknown): ComponentChildren {
  if (isOnline === undefined) return <span class="faint">–</span>
  return isOnline ? <State kind="good">online</State> : <State kind="quiet">offline</State>
}

function enabledState(isDisabled: unknown): ComponentChildren {
  return isDisabled ? <State kind="warn">disabled</State> : <State kind="good">enabled</State>
}
