import type { OperatorUpdate } from '@pillion/schema'
import { useState } from 'preact/hooks'
import { Dialog, Form, NewPassword } from '../../parts/index.ts'

interface SetPasswordProps {
  readonly name: string
  readonly onSet: (changes: OperatorUpdate) => Promise<void>
  readonly onClose: () => void
}

export function SetPassword({ name, onSet, onClose }: SetPasswordProps) {
  const [password, setPassword] = useState('')
  const submit = async () => {
    await onSet({ password })
    onClose()
  }
  return (
    <Dialog title={`Password of ${name}`} onClose={onClose}>
      <Form verb="Set password" isReady={password !== ''} onSubmit={submit} onCancel={onClose}>
        <NewPassword label="New password" hasFocus onChange={setPassword} />
        <p class="hint">{name} is signed out everywhere and signs in with the new one.</p>
      </Form>
    </Dialog>
  )
}
