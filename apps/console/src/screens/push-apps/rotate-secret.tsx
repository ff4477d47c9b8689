import type { NewClientSecret, PushAppView, RotatedPushApp } from '@pillion/schema'
import { useState } from 'preact/hooks'
import { apiPath, send } from '../../api.ts'
import { defaultOverlapSeconds, OverlapChoice } from '../../credentials/overlap-choice.tsx'
import { Dialog, Form, Secret } from '../../parts/index.ts'

export function RotateSecret({ app, onClose }: { app: PushAppView; onClose: () => void }) {
  const [overlapSeconds, setOverlapSeconds] = useState(defaultOverlapSeconds)
  const [rotated, setRotated] = useState<RotatedPushApp>()
  const submit = async () => {
    const body: NewClientSecret = { overlapSeconds }
    setRotated(await send('POST', `${apiPath('push-apps', app.appID)}/secret`, body))
  }
  if (rotated) {
    const values = [
      { name: 'Client id', value: rotated.clientID },
      { name: 'Client secret', value: rotated.clientSecret },
    ]
    return <Secret title={`New client secret of ${app.appID}`} values={values} onClose={onClose} />
  }
  return (
    <Dialog title={`Rotate the client secret of ${app.appID}`} onClose={onClose}>
      <Form verb="Rotate" onSubmit={submit} onCancel={onClose}>
        <p class="prose">
          A new client secret is made and shown once. Tokens that were given out stay as they are.
        </p>
        <OverlapChoice what="The old secret" seconds={overlapSeconds} onChange={setOverlapSeconds} />
      </Form>
    </Dialog>
  )
}
