import type { Session } from '@pillion/schema'
import { useState } from 'preact/hooks'
import { ProblemError, send } from '../../api.ts'
import { Card, Form, NewPassword, PasswordField, tell } from '../../parts/index.ts'
import { beginSession } from '../../session.ts'

type Wrong = { readonly field: 'password' | 'newPassword'; readonly text: string }

export function ChangePassword() {
  const [password, setPassword] = useState('')
  const [newPassword, setNewPassword] = useState('')
  /** Empties the fields of the new one. */
  const [changes, setChanges] = useState(0)
  const [wrong, setWrong] = useState<Wrong>()
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
    setPassword('')
    setNewPassword('')
    setChanges(changes + 1)
    tell('Your password was changed; you are signed in here only.')
  }
  return (
    <Card title="Password">
      <Form verb="Change password" isReady={password !== '' && newPassword !== ''} onSubmit={change}>
        <PasswordField
          label="Present password"
          value={password}
          onChange={setPassword}
          error={errorOf('password')}
        />
        <NewPassword
          key={changes}
          label="New password"
          onChange={setNewPassword}
          error={errorOf('newPassword')}
        />
      </Form>
    </Card>
  )
}

/** What is the fault of one field is said there. */
function findWrong(thrown: unknown): Wrong | undefined {
  if (!(thrown instanceof ProblemError)) return undefined
  if (thrown.code === 'SIGN_IN_REFUSED') return { field: 'password', text: 'That is not your password.' }
  if (thrown.code === 'PASSWORD_TOO_WEAK') return { field: 'newPassword', text: thrown.message }
  return undefined
}
