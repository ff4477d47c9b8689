import type { MessageRecord } from '@pillion/schema'
import { useEffect, useRef, useState } from 'preact/hooks'
import { type FollowState, follow } from '../../api.ts'
import { messageColumns } from '../../messages/message-columns.tsx'
import { Button, Empty, State, type StateKind, Table } from '../../parts/index.ts'
import { placeHref } from '../../place.ts'
import { type MessageFilter, matchesFilter } from './message-filter.ts'
import { Tail } from './tail.ts'

const SHOWN_EVERY_MS = 250

interface LiveTailProps {
  readonly filter: MessageFilter
  readonly openId: string | undefined
}

/**
 * Messages as they come, newest first. While the pointer or the focus is on a row, new ones wait above instead of moving it
 * away; rows that are there already take on new states at any time.
 */
export function LiveTail({ filter, openId }: LiveTailProps) {
  const [rows, setRows] = useState<readonly MessageRecord[]>([])
  const [waiting, setWaiting] = useState(0)
  const [state, setState] = useState<FollowState>('away')
  const tail = useRef(new Tail())
  const isHeld = useRef(false)
  const wanted = JSON.stringify(filter)

  useEffect(() => {
    const current = new Tail()
    tail.current = current
    setRows([])
    setWaiting(0)
    const stop = follow<MessageRecord>(
      '/messages/live',
      (message) => {
        if (current.has(message.id) || matchesFilter(message, filter)) current.take(message)
      },
      setState,
    )
    const timer = setInterval(() => {
      if (!isHeld.current) current.letIn()
      if (!current.isChanged) return
      setRows(current.rows())
      setWaiting(current.waiting)
    }, SHOWN_EVERY_MS)
    return () => {
      stop()
      clearInterval(timer)
    }
  }, [wanted])

  const letIn = () => {
    tail.current.letIn()
    setRows(tail.current.rows())
    setWaiting(0)
  }
  const hold = (held: boolean) => () => {
    isHeld.current = held
  }
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: it only keeps rows from moving away under the pointer
    <div
      class="live-tail"
      onMouseEnter={hold(true)}
      onMouseLeave={hold(false)}
      onFocusIn={hold(true)}
      onFocusOut={hold(false)}
    >
      <p class="tail-state">
        <State kind={stateWords[state][0]}>{stateWords[state][1]}</State>
        {waiting > 0 && (
          <Button onClick={letIn}>{waiting === 1 ? '1 new message' : `${waiting} new messages`}</Button>
        )}
      </p>
      {rows.length === 0 ? (
        <Empty title="Waiting for the next message.">What was sent before is in the search.</Empty>
      ) : (
        <Table
          label="Messages"
          rows={rows}
          columns={messageColumns}
          keyOf={({ id }) => id}
          hrefOf={({ id }) => placeHref('messages', [id], filter)}
          openKey={openId}
        />
      )}
    </div>
  )
}

const stateWords: Record<FollowState, readonly [StateKind, string]> = {
  open: ['good', 'watching'],
  away: ['warn', 'connecting'],
  absent: ['bad', 'this server has no live messages'],
}
