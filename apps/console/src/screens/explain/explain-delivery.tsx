import type { App, Partner, VehiclePage } from '@pillion/schema'
import { useState } from 'preact/hooks'
import { Field, Tick, useLoad } from '../../parts/index.ts'
import { Question } from './question.tsx'
import { TextField } from './text-field.tsx'

const SUGGESTED_VEHICLES = 20

/** "Would this message reach that app now, and if not, why?" Who asks knows the app and the VIN; the partner is the app’s. */
export function ExplainDelivery({ query }: { query: URLSearchParams }) {
  const { value: apps = [] } = useLoad<App[]>('/apps')
  const { value: partners = [] } = useLoad<Partner[]>('/partners')
  const [idApp, setApp] = useState(query.get('idApp') ?? '')
  const [vin, setVin] = useState(query.get('vin') ?? '')
  const [popup, setPopup] = useState(query.get('popup') === 'true')
  const [uid, setUid] = useState(query.get('uid') ?? '')
  const search = vin.trim()
  const { value: vehicles } = useLoad<VehiclePage>('/vehicles', {
    query: { search, count: SUGGESTED_VEHICLES },
  })
  const app = apps.find((each) => each.idApp === idApp.trim())
  return (
    <Question
      path="/explain/delivery"
      query={{ uid: uid || undefined, idApp: idApp.trim(), vin: search, popup: popup || undefined }}
      isReady={idApp.trim() !== '' && search !== ''}
      isAsked={query.has('vin')}
    >
      <div class="field-row">
        <TextField
          label="App"
          {...(app ? { hint: `${app.name}, of partner ${app.uid}` } : {})}
          value={idApp}
          suggestions={apps.map((each) => each.idApp)}
          onChange={setApp}
        />
        <TextField
          label="Vehicle"
          placeholder="VIN"
          value={vin}
          suggestions={vehicles?.vehicles.map((each) => each.vin) ?? []}
          onChange={setVin}
        />
      </div>
      <Sender value={uid} own={app?.uid} partners={partners.map((each) => each.uid)} onChange={setUid} />
      <Tick label="As a popup" checked={popup} onChange={setPopup} />
    </Question>
  )
}

interface SenderProps {
  /** '' = the app’s own partner. */
  readonly value: string
  readonly own: string | undefined
  readonly partners: readonly string[]
  readonly onChange: (uid: string) => void
}

/** Almost always the app’s partner; another one is asked about to see that it is refused. */
function Sender({ value, own, partners, onChange }: SenderProps) {
  // A link may name one that is not there.
  const others = [...new Set([...partners, value])].filter((uid) => uid !== '' && uid !== own).toSorted()
  return (
    <Field label="Sent by">
      <select
        value={value === own ? '' : value}
        onChange={({ currentTarget }) => onChange(currentTarget.value)}
      >
        <option value="">{own === undefined ? 'the app’s partner' : `${own}, the app’s partner`}</option>
        {others.map((uid) => (
          <option key={uid} value={uid}>
            {uid}
          </option>
        ))}
      </select>
    </Field>
  )
}
