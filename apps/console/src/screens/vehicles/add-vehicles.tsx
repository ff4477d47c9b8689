import type { IssuedVehicle, NewVehicles } from '@pillion/schema'
import { useState } from 'preact/hooks'
import { send } from '../../api.ts'
import { issuedValues, type SecretValue } from '../../credentials/issued-values.ts'
import { formatNumber } from '../../format.ts'
import { Dialog, Form, Secret, Tick } from '../../parts/index.ts'
import { VinField } from '../../vin-field.tsx'
import { isReady, readVinList } from '../../vin-list.ts'

/** One vehicle or thousands; what is issued is shown once. */
export function AddVehicles({ onClose }: { onClose: () => void }) {
  const [text, setText] = useState('')
  const [certificates, setCertificates] = useState(false)
  const [issued, setIssued] = useState<readonly IssuedVehicle[]>()
  const list = readVinList(text)
  const submit = async () => {
    const body: NewVehicles = { vins: [...list.vins], certificates }
    setIssued(await send('POST', '/vehicles', body))
  }
  if (issued) return <Secret title={describe(issued)} values={valuesOf(issued)} onClose={onClose} />
  return (
    <Dialog title="Add vehicles" onClose={onClose}>
      <Form
        verb={list.vins.length > 1 ? `Add ${formatNumber(list.vins.length)} vehicles` : 'Add'}
        isReady={isReady(list)}
        onSubmit={submit}
        onCancel={onClose}
      >
        <VinField text={text} list={list} onChange={setText} />
        <Tick label="Issue client certificates, too" checked={certificates} onChange={setCertificates} />
      </Form>
    </Dialog>
  )
}

function describe(issued: readonly IssuedVehicle[]): string {
  const [only, another] = issued
  if (only && !another) return `${only.vin} was added`
  return `${formatNumber(issued.length)} vehicles were added`
}

/** Of many the passwords are one file for a sheet, and the certificates one file of JSON. */
function valuesOf(issued: readonly IssuedVehicle[]): SecretValue[] {
  const [only, another] = issued
  if (only && !another) return issuedValues(only)
  const lines = issued.map(({ vin, password }) => `${vin},${password}`)
  const values = [
    { name: 'Passwords', value: `vin,password\n${lines.join('\n')}\n`, fileName: 'vehicles.csv' },
  ]
  if (!only?.certificatePem) return values
  const certificates = JSON.stringify(issued, null, 2)
  return [...values, { name: 'With certificates', value: certificates, fileName: 'vehicles.json' }]
}
