import type { IssuedOperator, OperatorRole } from '@pillion/schema'
import { useState } from 'preact/hooks'
import { send } from '../../api.ts'
import { Dialog, Field, Form, Secret } from '../../parts/index.ts'
import { RoleChoice } from './role-choice.tsx'

export function AddOperator({ onClose, onAdded }: { onClose: () => void; onAdded: () => void }) {
  const [name, setName] = useState('')
  const [role, setRole] = useState<OperatorRole>('viewer')
  const [issued, setIssued] = useState<IssuedOperator>()
  const add = async () => {
    setIssued(await send<IssuedOperator>('POST', '/operators', { name: name.trim(), role }))
    onAdded()
  }
  if (issued) return <IssuedPassword issued={issued} onClose={onClose} />
  return (
    <Dialog title="Add operator" onClose={onClose}>
      <Form verb="Add operator" isReady={name.trim() !== ''} onSubmit={add} onCancel={onClose}>
        <Field label="Name">
          <input
            value={name}
            autofocus
            autocomplete="off"
            autocapitalize="none"
            spellcheck={false}
            onInput={(event) => setName(event.currentTarget.value)}
          />
        </Field>
        <RoleChoice value={role} onChange={setRole} />
        <p class="hint">A password is made and shown to you once; hand it over on a way you trust.</p>
      </Form>
    </Dialog>
  )
}

export function IssuedPassword({ issued, onClose }: { issued: IssuedOperator; onClose: () => void }) {
  return (
    <Secret
      title={`Password of ${issued.name}`}
      values={[{ name: 'Password', value: issued.password ?? '' }]}
      onClose={onClose}
    />
  )
}
