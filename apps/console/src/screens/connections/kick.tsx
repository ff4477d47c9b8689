import type { ConnectionView, Kicked } from '@pillion/schema'
import { useState } from 'preact/hooks'
import { apiPath, send } from '../../api.ts'
import { formatNumber } from '../../format.ts'
import { Dialog, Field, Form, Tick, tell } from '../../parts/index.ts'

interface KickProps {
  readonly connection: ConnectionView
  readonly onClose: () => void
  readonly onKicked: () => void
}

/** Ends one connection, or all that the same one has signed in. */
export function Kick({ connection, onClose, onKicked }: KickProps) {
  const { id, role, name, clientId, address } = connection
  const [reason, setReason] = useState('')
  const [isAll, setAll] = useState(false)
  const told = reason === '' ? {} : { reason }
  const kick = async () => {
    const { connections, silentNodes } = isAll
      ? await send<Kicked>('POST', '/connections/kick', { role, name, ...told })
      : await send<Kicked>('DELETE', `${apiPath('connections', id)}?${new URLSearchParams(told)}`)
    const count = connections === 1 ? '1 connection' : `${formatNumber(connections)} connections`
    const silent = silentNodes.length === 0 ? '' : ` ${silentNodes.join(', ')} may not have heard of it.`
    tell(`${count} of ${name} ended.${silent}`)
    onClose()
    onKicked()
  }
  return (
    <Dialog title={`Disconnect ${name}?`} onClose={onClose}>
      <Form verb="Disconnect" kind="danger" onSubmit={kick} onCancel={onClose}>
        <p>
          The connection of client id <code>{clientId}</code> from {address} ends. Most clients connect again
          by themselves: to keep one away, revoke its credentials.
        </p>
        <Field label="Reason" hint="Told to clients that speak MQTT 5, and written into the audit log.">
          <input
            value={reason}
            maxLength={200}
            autofocus
            onInput={(event) => setReason(event.currentTarget.value)}
          />
        </Field>
        <Tick label={`All connections of ${role} ${name}`} checked={isAll} onChange={setAll} />
      </Form>
    </Dialog>
  )
}
