import type { ConnectionView } from '@pillion/schema'
import { useState } from 'preact/hooks'
import { apiPath } from '../../api.ts'
import { formatBytes, formatNumber } from '../../format.ts'
import { Ago, Button, Copy, Drawer, Empty, Facts, Fault, Loading, useLoad } from '../../parts/index.ts'
import { placeHref } from '../../place.ts'
import { Kick } from './kick.tsx'
import { Traffic } from './traffic.tsx'

interface ConnectionDrawerProps {
  readonly id: string
  readonly closeHref: string
  readonly onKicked: () => void
}

export function ConnectionDrawer({ id, closeHref, onKicked }: ConnectionDrawerProps) {
  const [isKicking, setKicking] = useState(false)
  const { value: connection, error } = useLoad<ConnectionView>(apiPath('connections', id), {
    everySeconds: 1,
  })
  const isGone = error?.status === 404
  return (
    <Drawer
      title={connection?.name ?? id}
      closeHref={closeHref}
      actions={
        connection &&
        !isGone && (
          <Button needs="operator" kind="danger" onClick={() => setKicking(true)}>
            Disconnect…
          </Button>
        )
      }
    >
      {isGone && <Empty title="This connection has ended." />}
      {error && !isGone && <Fault error={error} />}
      {connection === undefined ? !error && <Loading rows={8} /> : <Detail connection={connection} />}
      {isKicking && connection && (
        <Kick connection={connection} onClose={() => setKicking(false)} onKicked={onKicked} />
      )}
    </Drawer>
  )
}

/** Leads to what is known of it. */
function Name({ of: { role, name } }: { of: ConnectionView }) {
  const path = role === 'vehicle' ? 'vehicles' : role === 'partner' ? 'partners' : undefined
  if (path === undefined) return <Copy text={name} />
  const query = role === 'vehicle' ? { vin: name } : { uid: name }
  return (
    <>
      <a href={placeHref(path, [name])}>{name}</a> ·{' '}
      <a href={placeHref('messages', [], query)}>its messages</a>
    </>
  )
}

function Detail({ connection }: { connection: ConnectionView }) {
  const { messagesIn, messagesOut, bytesIn, bytesOut, subscriptions, subscriptionCount } = connection
  return (
    <>
      <Traffic connection={connection} />
      <Facts
        of={[
          ['In', formatTraffic(messagesIn, bytesIn)],
          ['Out', formatTraffic(messagesOut, bytesOut)],
          ['Waiting to be sent', formatBytes(connection.outboxBytes)],
          ['Dropped', formatNumber(connection.dropped)],
        ]}
      />
      <Facts
        of={[
          ['Role', connection.role],
          ['Name', <Name key="name" of={connection} />],
          ['Client id', <Copy key="id" text={connection.clientId} />],
          ['Address', <Copy key="address" text={connection.address} />],
          ['Listener', `${connection.listener} (${connection.transport})`],
          ['Protocol', `MQTT ${connection.protocolVersion}`],
          ['Keep alive', connection.keepAliveSeconds === 0 ? 'off' : `${connection.keepAliveSeconds} s`],
          ['Connected', <Ago key="at" at={connection.connectedAt} />],
          ['Node', connection.node],
        ]}
      />
      <h3>Subscriptions · {formatNumber(subscriptionCount)}</h3>
      {subscriptions.length === 0 ? (
        <p class="hint">None.</p>
      ) : (
        <ul class="lines">
          {subscriptions.map((filter) => (
            <li key={filter}>
              <Copy text={filter} />
            </li>
          ))}
        </ul>
      )}
      {subscriptionCount > subscriptions.length && (
        <p class="hint">The first {formatNumber(subscriptions.length)} are shown.</p>
      )}
    </>
  )
}

function formatTraffic(messages: number, bytes: number): string {
  return `${formatNumber(messages)} ${messages === 1 ? 'message' : 'messages'}, ${formatBytes(bytes)}`
}
