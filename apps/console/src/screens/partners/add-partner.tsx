import { type IssuedPartner, type NewPartner, parseUid } from '@pillion/schema'
import { useState } from 'preact/hooks'
import { send } from '../../api.ts'
import { issuedValues } from '../../credentials/issued-values.ts'
import { Dialog, Field, Form, Secret } from '../../parts/index.ts'

/** Its credentials are shown once, and can be saved as the files that its back end needs. */
export function AddPartner({ onClose }: { onClose: () => void }) {
  const [uid, setUid] = useState('')
  const [name, setName] = useState('')
  const [issued, setIssued] = useState<IssuedPartner>()
  const isUid = parseUid(uid) !== undefined
  const submit = async () => {
    const body: NewPartner = { uid, ...(name.trim() === '' ? {} : { name: name.trim() }) }
    setIssued(await send('POST', '/partners', body))
  }
  if (issued)
    return <Secret title={`${issued.uid} was added`} values={issuedValues(issued)} onClose={onClose} />
  return (
    <Dialog title="Add partner" onClose={onClose}>
      <Form verb="Add partner" isReady={isUid} onSubmit={submit} onCancel={onClose}>
        <Field
          label="UID"
          hint="Its login, and part of its topics; stays for good."
          error={uid !== '' && !isUid ? '1 to 64 letters, digits, _ - or .' : undefined}
        >
          <input
            value={uid}
            autofocus
            autocomplete="off"
            spellcheck={false}
            onInput={({ currentTarget }) => setUid(currentTarget.value)}
          />
        </Field>
        <Field label="Name" hint="For people; the UID unless given.">
          <input
            value={name}
            autocomplete="off"
            onInput={({ currentTarget }) => setName(currentTarget.value)}
          />
        </Field>
      </Form>
    </Dialog>
  )
}
