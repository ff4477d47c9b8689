import type { Session } from '@pillion/schema'
import { useState } from 'preact/hooks'
import { ProblemError, send } from '../../api.ts'
import { Card, Field, Form, tell } from '../../parts/index.ts'
import { beginSession } from '../../session.ts'

type Wrong = { readonly field: 'password' | 'newPassword'; readonly text: string }

export function ChangePassword() {
  const [password, setPassword] = useState('')
  const [newPassword, setNewPassword] = useState('')
  const [again, setAgain] = useState('')
  const [wrong, setWrong] = useState<Wrong>()
  const differs = again !== '' && again !== newPassword ? 'The two are not the same.' : undefined
  const errorOf = (field: Wrong['field']) => (wrong?.field === field ? wrong.text : undefined)
  const change = async () => {
    setWrong(undefined)
    try {
      beginSession(await send<Session>('POST', '/session/password', { password, newPassword }))
    } catch (thrown) {
      const found = findWrong(thrown)
      if (found === undefined) throw thrown
      setWrong(found)
      return
    }
    for (const clear of [setPassword, setNewPassword, setAgain]) clear('')
    tell('Your password was changed; you are signed in here only.')
  }
  return (
    <Card title="Password">
      <Form
        verb="Change password"
        isReady={password !== '' && newPassword !== '' && again === newPassword}
        onSubmit={change}
      >
        <PasswordField
          label="Present password"
          value={password}
          onChange={setPassword}
          error={errorOf('password')}
        />
        <PasswordField
          label="New password"
          isNew
          hint="12 characters at least; several words are easier to keep in mind."
          value={newPassword}
          onChange={setNewPassword}
          error={errorOf('newPassword')}
        />
        <PasswordField label="New password again" isNew value={again} onChange={setAgain} error={differs} />
      </Form>
    </Card>
  )
}

interface PasswordFieldProps {
  readonly label: string
  readonly hint?: string
  readonly isNew?: boolean
  readonly value: string
  readonly onChange: (value: string) => void
  readonly error: string | undefined
}

function PasswordField({ label, hint, isNew = false, value, onChange, error }: PasswordFieldProps) {
  return (
    <Field label={label} error={error} {...(hint === undefined ? {} : { hint })}>
      <input
        type="password"
        value={value}
        autocomplete={isNew ? 'new-password' : 'current-password'}
        onInput={(event) => onChange(event.currentTarget.value)}
      />
    </Field>
  )
}

/** What is the fault of one field is said there. */
function findWrong(thrown: unknown): Wrong | undefined {
  if (!(thrown instanceof ProblemError)) return undefined
  if (thrown.code === 'SIGN_IN_REFUSED') return { field: 'password', text: 'That is not your password.' }
  if (thrown.code === 'PASSWORD_TOO_WEAK') return { field: 'newPassword', text: thrown.message }
  return undefined
}
