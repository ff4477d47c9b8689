import { type App, type NewApp, type Partner, parseIdApp } from '@pillion/schema'
import { useState } from 'preact/hooks'
import { send } from '../../api.ts'
import { Dialog, Empty, Field, Form, Tick, tell, useLoad } from '../../parts/index.ts'
import { placeHref } from '../../place.ts'

interface AddAppProps {
  /** '' or the partner that is chosen at first. */
  readonly uid: string
  readonly onClose: () => void
  readonly onAdded: (app: App) => void
}

export function AddApp({ uid: chosen, onClose, onAdded }: AddAppProps) {
  const { value: partners } = useLoad<Partner[]>('/partners')
  const [idApp, setIdApp] = useState('')
  const [uid, setUid] = useState(chosen)
  const [name, setName] = useState('')
  const [drivingMode, setDrivingMode] = useState(false)
  const isId = parseIdApp(idApp) !== undefined
  const owner = uid || partners?.[0]?.uid || ''
  const submit = async () => {
    const body: NewApp = { idApp, uid: owner, drivingMode, ...(name.trim() ? { name: name.trim() } : {}) }
    const app = await send<App>('POST', '/apps', body)
    tell(`${app.idApp} was added. Now drop its package here.`)
    onAdded(app)
  }
  return (
    <Dialog title="Add app" onClose={onClose}>
      {partners?.length === 0 ? (
        <Empty title="An app belongs to a partner, and there is none yet.">
          <a href={placeHref('partners')}>Add a partner first.</a>
        </Empty>
      ) : (
        <Form verb="Add app" isReady={isId && owner !== ''} onSubmit={submit} onCancel={onClose}>
          <Field
            label="idApp"
            hint="Messages and the package name it; stays for good."
            error={
              idApp !== '' && !isId
                ? '1 to 64 letters, digits, _ - or ., the first a letter or digit'
                : undefined
            }
          >
            <input
              value={idApp}
              autofocus
              autocomplete="off"
              spellcheck={false}
              onInput={({ currentTarget }) => setIdApp(currentTarget.value)}
            />
          </Field>
          <Field label="Partner">
            <select value={owner} onChange={({ currentTarget }) => setUid(currentTarget.value)}>
              {partners?.map((each) => (
                <option key={each.uid} value={each.uid}>
                  {each.uid}
                </option>
              ))}
            </select>
          </Field>
          <Field label="Name" hint="On the vehicle’s screen; the idApp unless given.">
            <input
              value={name}
              autocomplete="off"
              onInput={({ currentTarget }) => setName(currentTarget.value)}
            />
          </Field>
          <Tick label="May be used while driving" checked={drivingMode} onChange={setDrivingMode} />
        </Form>
      )}
    </Dialog>
  )
}
