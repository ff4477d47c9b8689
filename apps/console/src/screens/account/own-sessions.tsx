import type { OwnSession } from '@pillion/schema'
import { useState } from 'preact/hooks'
import { send } from '../../api.ts'
import {
  Ago,
  Button,
  Card,
  type Column,
  Confirm,
  Exact,
  Fault,
  Loading,
  Table,
  Tag,
  tell,
  useLoad,
} from '../../parts/index.ts'

const columns: readonly Column<OwnSession>[] = [
  {
    title: 'From',
    cell: ({ address = '–', isThis }) => (
      <>
        {address} {isThis && <Tag>here</Tag>}
      </>
    ),
    isWide: true,
  },
  { title: 'Signed in', cell: ({ beganAt }) => <Exact at={beganAt} />, isMinor: true },
  { title: 'Last used', cell: ({ usedAt }) => <Ago at={usedAt} />, isNumber: true },
]

export function OwnSessions() {
  const { value: sessions, error, reload } = useLoad<OwnSession[]>('/session/all', { everySeconds: 30 })
  const [isEnding, setEnding] = useState(false)
  const endOthers = async () => {
    await send('DELETE', '/session/others')
    tell('You are signed in here only.')
    reload()
  }
  if (error) return <Fault error={error} onRetry={reload} />
  if (sessions === undefined) return <Loading rows={2} />
  return (
    <Card
      title="Where you are signed in"
      actions={sessions.length > 1 && <Button onClick={() => setEnding(true)}>Sign out elsewhere…</Button>}
    >
      <Table
        label="Where you are signed in"
        rows={sessions}
        columns={columns}
        keyOf={({ beganAt, address = '' }) => `${beganAt} ${address}`}
      />
      {isEnding && (
        <Confirm
          title="Sign out elsewhere?"
          verb="Sign out elsewhere"
          onConfirm={endOthers}
          onClose={() => setEnding(false)}
        >
          <p>Everything but this browser has to sign in again.</p>
        </Confirm>
      )}
    </Card>
  )
}
