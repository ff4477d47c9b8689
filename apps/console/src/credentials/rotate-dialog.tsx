import type { IssuedPartner, IssuedVehicle, NewCredentials } from '@pillion/schema'
import { useState } from 'preact/hooks'
import { apiPath, send } from '../api.ts'
import { Dialog, Form, Secret, Tick } from '../parts/index.ts'
import type { Holder } from './holder.ts'
import { issuedValues } from './issued-values.ts'
import { defaultOverlapSeconds, OverlapChoice } from './overlap-choice.tsx'

/** New credentials beside the old ones, which end after a while; then shows the new ones, once. */
export function RotateDialog({ holder, onClose }: { holder: Holder; onClose: () => void }) {
  const { kind, name } = holder
  const [overlapSeconds, setOverlapSeconds] = useState(defaultOverlapSeconds)
  const [withCertificate, setWithCertificate] = useState(false)
  const [issued, setIssued] = useState<IssuedPartner | IssuedVehicle>()
  const submit = async () => {
    const body: NewCredentials = { overlapSeconds, ...(withCertificate ? { certificate: true } : {}) }
    setIssued(await send('POST', `${apiPath(`${kind}s`, name)}/credentials`, body))
  }
  if (issued)
    return <Secret title={`New credentials of ${name}`} values={issuedValues(issued)} onClose={onClose} />
  return (
    <Dialog title={`Rotate the credentials of ${name}`} onClose={onClose}>
      <Form verb="Rotate" onSubmit={submit} onCancel={onClose}>
        <div class="prose">
          {kind === 'partner' ? (
            <p>A new password and a new client certificate are made and shown once.</p>
          ) : (
            <p>A new password is made and shown once. The head unit signs in with it from then on.</p>
          )}
        </div>
        <OverlapChoice
          what={kind === 'partner' ? 'The old password and certificate' : 'The old password'}
          seconds={overlapSeconds}
          onChange={setOverlapSeconds}
        />
        {kind === 'vehicle' && (
          <Tick
            label="Issue a client certificate, too"
            checked={withCertificate}
            onChange={setWithCertificate}
          />
        )}
        {overlapSeconds === 0 && (
          <p class="notice warn">Connections that signed in with the old ones are closed at once.</p>
        )}
      </Form>
    </Dialog>
  )
}
