import type { PasswordAndCode } from '@pillion/schema'
import type { ComponentChildren } from 'preact'
import { useState } from 'preact/hooks'
import { Form, PasswordField } from '../../parts/index.ts'
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
      <PasswordField label="Your password" hasFocus value={password} onChange={setPassword} />
      <CodeField value={code} onChange={setCode} />
    </Form>
  )
}
