import type { IssuedPushApp, NewPushApp } from '@pillion/schema'
import { useState } from 'preact/hooks'
import { send } from '../../api.ts'
import { Dialog, Field, Form, Secret } from '../../parts/index.ts'

const fields = [
  ['appID', 'App id'],
  ['appKey', 'App key'],
  ['clientID', 'Client id'],
  ['clientSecret', 'Client secret'],
] as const

/** Whatever is left empty is made. */
export function AddPushApp({ onClose }: { onClose: () => void }) {
  const [given, setGiven] = useState<Record<string, string>>({})
  const [issued, setIssued] = useState<IssuedPushApp>()
  const submit = async () => {
    const body: NewPushApp = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== ''))
    setIssued(await send('POST', '/push-apps', body))
  }
  if (issued) {
    return (
      <Secret
        title={`Push app ${issued.appID} was added`}
        values={[
          { name: 'App id', value: issued.appID },
          { name: 'App key', value: issued.appKey },
          { name: 'Client id', value: issued.clientID },
          { name: 'Client secret', value: issued.clientSecret },
        ]}
        onClose={onClose}
      />
    )
  }
  return (
    <Dialog title="Add push app" onClose={onClose}>
      <Form verb="Add push app" onSubmit={submit} onCancel={onClose}>
        <p class="prose">
          What you leave empty is made. Coming from another push service, keep what your installed apps
          already have.
        </p>
        {fields.map(([name, label]) => (
          <Field key={name} label={label}>
            <input
              value={given[name] ?? ''}
              placeholder="made by the server"
              autocomplete="off"
              spellcheck={false}
              onInput={({ currentTarget }) => setGiven({ ...given, [name]: currentTarget.value })}
            />
          </Field>
        ))}
      </Form>
    </Dialog>
  )
}
