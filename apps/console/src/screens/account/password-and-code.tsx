import type { PasswordAndCode } from '@pillion/schema'
import type { ComponentChildren } from 'preact'
import { useState } from 'preact/hooks'
import { Field, Form } from '../../parts/index.ts'
import { CodeField } from '../../second-factor/code-field.tsx'

interface PasswordAndCodeProps {
  readonly verb: string
  readonly kind?: 'primary' | 'danger'
  readonly onSubmit: (given: PasswordAndCode) => Promise<void>
  readonly onCancel: () => void
  readonly children: ComponentChildren
}

/** Asked again for what would let somebody in who found this page open. */
export function PasswordAndCodeForm({ onSubmit, children, ...form }: PasswordAndCodeProps) {
  const [password, setPassword] = useState('')
  const [code, setCode] = useState('')
  return (
    <Form {...form} isReady={password !== '' && code !== ''} onSubmit={() => onSubmit({ password, code })}>
      {children}
      <Field label="Your password">
        <input
          type="password"
          value={password}
          autofocus
          autocomplete="current-password"
          onInput={(event) => setPassword(event.currentTarget.value)}
        />
      </Field>
      <CodeField value={code} onChange={setCode} />
    </Form>
  )
}
