import type { RecoveryCodes, SecondFactor, Session } from '@pillion/schema'
import { useState } from 'preact/hooks'
import { send } from '../../api.ts'
import {
  Button,
  Card,
  Dialog,
  Exact,
  Facts,
  Fault,
  Loading,
  State,
  tell,
  useLoad,
} from '../../parts/index.ts'
import { RecoveryCodesOnce } from '../../second-factor/recovery-codes.tsx'
import { TurnOn } from '../../second-factor/turn-on.tsx'
import { beginSession } from '../../session.ts'
import { PasswordAndCodeForm } from './password-and-code.tsx'

const path = '/session/second-factor'
/** Below that many it is time for new ones. */
const CODES_FEW = 3

type Act = 'turn-on' | 'turn-off' | 'new-codes'

export function OwnFactor() {
  const { value: factor, error, reload } = useLoad<SecondFactor>(path)
  const [act, setAct] = useState<Act>()
  const [codes, setCodes] = useState<readonly string[]>()
  const close = () => setAct(undefined)
  const showCodes = (recoveryCodes: readonly string[]) => {
    close()
    setCodes(recoveryCodes)
    reload()
  }
  const turnOff = async (body: object) => {
    beginSession(await send<Session>('DELETE', path, body))
    tell('The second factor is off.')
    close()
    reload()
  }
  const renewCodes = async (body: object) =>
    showCodes((await send<RecoveryCodes>('POST', `${path}/recovery-codes`, body)).recoveryCodes)
  if (error) return <Fault error={error} onRetry={reload} />
  if (factor === undefined) return <Loading rows={2} />
  return (
    <Card title="Second factor" actions={<Actions isOn={factor.isOn} onAct={setAct} />}>
      {factor.isOn ? <On factor={factor} /> : <Off />}
      {act === 'turn-on' && (
        <Dialog title="Turn on the second factor" onClose={close}>
          <TurnOn
            needsPassword
            onCancel={close}
            onTurnedOn={({ session, recoveryCodes }) => {
              beginSession(session)
              showCodes(recoveryCodes)
            }}
          />
        </Dialog>
      )}
      {act === 'turn-off' && (
        <Dialog title="Turn off the second factor?" onClose={close}>
          <PasswordAndCodeForm verb="Turn off" kind="danger" onSubmit={turnOff} onCancel={close}>
            <p>Your password alone will do then, and the recovery codes end. Elsewhere you are signed out.</p>
          </PasswordAndCodeForm>
        </Dialog>
      )}
      {act === 'new-codes' && (
        <Dialog title="New recovery codes" onClose={close}>
          <PasswordAndCodeForm verb="Make new ones" onSubmit={renewCodes} onCancel={close}>
            <p>Those you have work no more.</p>
          </PasswordAndCodeForm>
        </Dialog>
      )}
      {codes && <RecoveryCodesOnce codes={codes} onClose={() => setCodes(undefined)} />}
    </Card>
  )
}

function Actions({ isOn, onAct }: { isOn: boolean; onAct: (act: Act) => void }) {
  if (!isOn)
    return (
      <Button kind="primary" onClick={() => onAct('turn-on')}>
        Turn on…
      </Button>
    )
  return (
    <span class="card-actions">
      <Button onClick={() => onAct('new-codes')}>New recovery codes…</Button>
      <Button kind="danger" onClick={() => onAct('turn-off')}>
        Turn off…
      </Button>
    </span>
  )
}

function On({ factor: { since = '', recoveryCodes } }: { factor: SecondFactor }) {
  const isFew = recoveryCodes < CODES_FEW
  return (
    <Facts
      of={[
        [
          'State',
          <State key="state" kind="good">
            on
          </State>,
        ],
        ['Since', <Exact key="since" at={since} />],
        [
          'Recovery codes',
          <State key="codes" kind={isFew ? 'warn' : 'quiet'}>{`${recoveryCodes} left`}</State>,
        ],
      ]}
    />
  )
}

function Off() {
  return (
    <p class="hint">
      Off. Once it is on, a password that somebody has seen is not enough: signing in also asks for a code
      that an app on your phone shows.
    </p>
  )
}
