import type { ProposedSecondFactor, TurnedOnSecondFactor } from '@pillion/schema'
import { useEffect, useState } from 'preact/hooks'
import { type ProblemError, send } from '../api.ts'
import { CopyButton } from '../parts/copy.tsx'
import { Fault, Loading } from '../parts/empty.tsx'
import { asProblem, Form } from '../parts/form.tsx'
import { PasswordField } from '../parts/password-field.tsx'
import { CodeField } from './code-field.tsx'
import { QrCode } from './qr-code.tsx'

interface TurnOnProps {
  /** Somebody who has just signed in is not asked again. */
  readonly needsPassword: boolean
  readonly onTurnedOn: (done: TurnedOnSecondFactor) => void
  readonly onCancel?: () => void
}

/** From the password to the first code of an app that has the secret. */
export function TurnOn({ needsPassword, onTurnedOn, onCancel }: TurnOnProps) {
  const [proposed, setProposed] = useState<ProposedSecondFactor>()
  const [fault, setFault] = useState<ProblemError>()
  const propose = async (body: { password?: string }) =>
    setProposed(await send<ProposedSecondFactor>('POST', '/session/second-factor', body))
  const begin = () => {
    setFault(undefined)
    propose({}).catch((thrown) => setFault(asProblem(thrown)))
  }
  useEffect(() => {
    if (!needsPassword) begin()
  }, [])
  const cancel = onCancel === undefined ? {} : { onCancel }
  if (proposed) return <Confirm proposed={proposed} onTurnedOn={onTurnedOn} {...cancel} />
  if (needsPassword) return <AskPassword onSubmit={(password) => propose({ password })} {...cancel} />
  return fault ? <Fault error={fault} onRetry={begin} /> : <Loading rows={3} />
}

interface AskPasswordProps {
  readonly onSubmit: (password: string) => Promise<void>
  readonly onCancel?: () => void
}

function AskPassword({ onSubmit, ...cancel }: AskPasswordProps) {
  const [password, setPassword] = useState('')
  return (
    <Form verb="Continue" isReady={password !== ''} onSubmit={() => onSubmit(password)} {...cancel}>
      <p>
        Besides your password, signing in then asks for a code that an app on your phone shows, such as Aegis,
        FreeOTP or Google Authenticator.
      </p>
      <PasswordField label="Your password" hasFocus value={password} onChange={setPassword} />
    </Form>
  )
}

interface ConfirmProps {
  readonly proposed: ProposedSecondFactor
  readonly onTurnedOn: (done: TurnedOnSecondFactor) => void
  readonly onCancel?: () => void
}

function Confirm({ proposed: { uri, secret }, onTurnedOn, ...cancel }: ConfirmProps) {
  const [code, setCode] = useState('')
  const confirm = async () =>
    onTurnedOn(await send<TurnedOnSecondFactor>('POST', '/session/second-factor/confirm', { code }))
  return (
    <Form verb="Turn on" isReady={code !== ''} onSubmit={confirm} {...cancel}>
      <p>
        Scan this with your authenticator app, or <a href={uri}>open it in an app on this device</a>.
      </p>
      <QrCode text={uri} label="QR code of the secret" />
      <div class="secret">
        <span class="label">Or type the secret</span>
        <CopyButton text={secret} label="Copy the secret" />
        <code>{secret.replaceAll(/.{4}(?=.)/g, '$& ')}</code>
      </div>
      <div class="secret">
        <span class="label">As an address</span>
        <CopyButton text={uri} label="Copy the address" />
        <code class="cut">{uri}</code>
      </div>
      <CodeField value={code} onChange={setCode} isFirst hasFocus />
    </Form>
  )
}
