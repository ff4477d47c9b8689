import type { App, AppUpdate } from '@pillion/schema'
import { useState } from 'preact/hooks'
import { apiPath, send } from '../../api.ts'
import { Dialog, Field, Form, Tick } from '../../parts/index.ts'

export function EditApp({ app, onClose }: { app: App; onClose: () => void }) {
  const [name, setName] = useState(app.name)
  const [drivingMode, setDrivingMode] = useState(app.drivingMode)
  const submit = async () => {
    const update: AppUpdate = { name: name.trim(), drivingMode }
    await send('PATCH', apiPath('apps', app.idApp), update)
    onClose()
  }
  return (
    <Dialog title={`Edit ${app.idApp}`} onClose={onClose}>
      <Form verb="Save" isReady={name.trim() !== ''} onSubmit={submit} onCancel={onClose}>
        <Field label="Name" hint="On the vehicle’s screen.">
          <input
            value={name}
            autofocus
            autocomplete="off"
            onInput={({ currentTarget }) => setName(currentTarget.value)}
          />
        </Field>
        <Tick label="May be used while driving" checked={drivingMode} onChange={setDrivingMode} />
      </Form>
    </Dialog>
  )
}
