import type { App } from '@pillion/schema'
import { useState } from 'preact/hooks'
import { Tick, useLoad } from '../../parts/index.ts'
import { Question } from './question.tsx'
import { TextField } from './text-field.tsx'

/** "Would this message reach that app now, and if not, why?" */
export function ExplainDelivery({ query }: { query: URLSearchParams }) {
  const { value: apps } = useLoad<App[]>('/apps')
  const [idApp, setApp] = useState(query.get('idApp') ?? '')
  const [givenUid, setUid] = useState(query.get('uid') ?? '')
  const [vin, setVin] = useState(query.get('vin') ?? '')
  const [popup, setPopup] = useState(query.get('popup') === 'true')
  // The partner of the app, unless another is asked about.
  const uid = givenUid || (apps?.find((app) => app.idApp === idApp)?.uid ?? '')
  return (
    <Question
      path="/explain/delivery"
      query={{ uid, idApp: idApp.trim(), vin: vin.trim(), popup: popup || undefined }}
      isReady={uid !== '' && idApp.trim() !== '' && vin.trim() !== ''}
      isAsked={query.has('vin')}
    >
      <div class="field-row">
        <TextField
          label="App"
          value={idApp}
          suggestions={apps?.map((app) => app.idApp) ?? []}
          onChange={setApp}
        />
        <TextField
          label="Partner"
          hint="Who sends; the app’s own unless given."
          value={uid}
          onChange={setUid}
        />
      </div>
      <TextField label="Vehicle" placeholder="VIN" value={vin} onChange={setVin} />
      <Tick label="As a popup" checked={popup} onChange={setPopup} />
    </Question>
  )
}
