import type { MessagePage, MessageRecord } from '@pillion/schema'
import type { ComponentChildren } from 'preact'
import type { Query } from '../api.ts'
import { type List, ListView, type RowsPage, useList } from '../parts/index.ts'
import { placeHref } from '../place.ts'
import { messageColumns } from './message-columns.tsx'

export function readMessages(page: MessagePage): RowsPage<MessageRecord> {
  const { messages, next, silentNodes, isStoreSilent } = page
  // It is no node, but it fails like one.
  return { rows: messages, next, silentNodes: isStoreSilent ? [...silentNodes, 'the database'] : silentNodes }
}

/** The last messages of one vehicle, partner, app or topic; each leads to its story. */
export function MessageList(props: { query: Query; count?: number; empty: ComponentChildren }) {
  const { query, count = 10, empty } = props
  const list: List<MessageRecord> = useList({
    path: '/messages',
    query,
    count,
    read: readMessages,
    everySeconds: 5,
  })
  return (
    <ListView
      label="Messages"
      list={list}
      columns={messageColumns}
      keyOf={({ id }) => id}
      hrefOf={({ id }) => placeHref('messages', [id])}
      empty={empty}
    />
  )
}
