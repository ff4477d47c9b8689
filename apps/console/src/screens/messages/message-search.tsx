import type { MessagePage } from '@pillion/schema'
import { useState } from 'preact/hooks'
import { formatNumber } from '../../format.ts'
import { messageColumns } from '../../messages/message-columns.tsx'
import { readMessages } from '../../messages/message-list.tsx'
import { Button, Empty, ListView, Page, useList, useLoad } from '../../parts/index.ts'
import { go, type Place, placeHref } from '../../place.ts'
import { Filters } from './filters.tsx'
import { LiveTail } from './live-tail.tsx'
import { MessageDrawer } from './message-drawer.tsx'
import { type MessageFilter, readFilter } from './message-filter.ts'

export function MessageSearch({ place }: { place: Place }) {
  const [isLive, setLive] = useState(false)
  const filter = readFilter(place.query)
  const [openId] = place.rest
  return (
    <Page
      title="Messages"
      about="What became of each message: open one to see its story."
      actions={
        <>
          <Button icon={isLive ? 'pause' : 'play'} onClick={() => setLive(!isLive)}>
            {isLive ? 'Stop watching' : 'Watch live'}
          </Button>
          <Button
            needs="operator"
            kind="primary"
            icon="send"
            onClick={() => go(placeHref('messages', ['send']))}
          >
            Send a message
          </Button>
        </>
      }
      filters={<Filters filter={filter} />}
      drawer={
        openId !== undefined && (
          <MessageDrawer key={openId} id={openId} closeHref={placeHref('messages', [], filter)} />
        )
      }
    >
      <Counts />
      {isLive ? (
        <LiveTail filter={filter} openId={openId} />
      ) : (
        <FoundMessages filter={filter} openId={openId} />
      )}
    </Page>
  )
}

function FoundMessages({ filter, openId }: { filter: MessageFilter; openId: string | undefined }) {
  const list = useList({ path: '/messages', query: filter, count: 50, read: readMessages, everySeconds: 5 })
  return (
    <ListView
      label="Messages"
      list={list}
      columns={messageColumns}
      keyOf={({ id }) => id}
      hrefOf={({ id }) => placeHref('messages', [id], filter)}
      openKey={openId}
      empty={<NoMessage isSearch={Object.keys(filter).length > 0} />}
    />
  )
}

function NoMessage({ isSearch }: { isSearch: boolean }) {
  if (isSearch) {
    return (
      <Empty title="No message matches.">
        Level recent remembers the newest in memory only. A partner or push app whose level is durable keeps
        them for days. Was it refused before it was a message? Look at the{' '}
        <a href={placeHref('refusals')}>refusals</a>.
      </Empty>
    )
  }
  return (
    <Empty title="No message yet.">Send one to an app in a vehicle, and see here what becomes of it.</Empty>
  )
}

/** Says so when there were too many at once to record all. */
function Counts() {
  const { value } = useLoad<MessagePage>('/messages', { query: { count: 1 }, everySeconds: 10 })
  if (!value || value.passedOver === 0) return null
  return (
    <p class="notice warn">
      {formatNumber(value.recorded)} messages were recorded, {formatNumber(value.passedOver)} more were
      delivered without a record, because there were too many at once.
    </p>
  )
}
