import type { OperatorUpdate } from '@pillion/schema'
import { useState } from 'preact/hooks'
import { Dialog, Field, Form } from '../../parts/index.ts'

interface SetPasswordProps {
  readonly name: string
  readonly onSet: (changes: OperatorUpdate) => Promise<void>
  readonly onClose: () => void
}

export function SetPassword({ name, onSet, onClose }: SetPasswordProps) {
  const [password, setPassword] = useState('')
  const [again, setAgain] = useState('')
  const differs = again !== '' && again !== password ? 'The two are not the same.' : undefined
  const submit = async () => {
    await onSet({ password })
    onClose()
  }
  return (
    <Dialog title={`Password of ${name}`} onClose={onClose}>
      <Form
        verb="Set password"
        isReady={password !== '' && password === again}
        onSubmit={submit}
        onCancel={onClose}
      >
        <Field label="New password" hint="12 characters at least; several words are easier to keep in mind.">
          <input
            type="password"
            value={password}
            autofocus
            autocomplete="new-password"
            onInput={(event) => setPassword(event.currentTarget.value)}
          />
        </Field>
        <Field label="New password again" error={differs}>
          <input
            type="password"
            value={again}
            autocomplete="new-password"
            onInput={(event) => setAgain(event.currentTarget.value)}
          />
        </Field>
        <p class="hint">{name} is signed out everywhere and signs in with the new one.</p>
      </Form>
    </Dialog>
  )
}
