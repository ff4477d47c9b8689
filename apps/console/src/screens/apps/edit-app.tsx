import { type App, type AppUpdate, appDevices } from '@pillion/schema'
import { useState } from 'preact/hooks'
import { apiPath, send } from '../../api.ts'
import { Dialog, Field, Form, Tick } from '../../parts/index.ts'
import { brandNames } from './brand-names.ts'
import { readCountries, readNames, writeNames } from './offer-text.ts'

const brandOptions = Object.entries(brandNames) as [keyof typeof brandNames, string][]
const deviceOptions = appDevices.map((device) => [device, `NAC ${device}`] as const)

export function EditApp({ app, onClose }: { app: App; onClose: () => void }) {
  const [name, setName] = useState(app.name)
  const [drivingMode, setDrivingMode] = useState(app.drivingMode)
  const [namesText, setNamesText] = useState(writeNames(app.names))
  const [countriesText, setCountriesText] = useState(app.countries?.join(', ') ?? '')
  const [brands, setBrands] = useState(app.brands ?? [])
  const [devices, setDevices] = useState(app.devices ?? [])
  const names = readNames(namesText)
  const countries = readCountries(countriesText)
  const isReady = name.trim() !== '' && !names.fault && !countries.fault
  const submit = async () => {
    const offer = { names: names.value, countries: countries.value, brands, devices }
    const update: AppUpdate = { name: name.trim(), drivingMode, ...offer }
    await send('PATCH', apiPath('apps', app.idApp), update)
    onClose()
  }
  return (
    <Dialog title={`Edit ${app.idApp}`} onClose={onClose}>
      <Form verb="Save" isReady={isReady} onSubmit={submit} onCancel={onClose}>
        <Field label="Name" hint="On the vehicle’s screen.">
          <input
            value={name}
            autofocus
            autocomplete="off"
            onInput={({ currentTarget }) => setName(currentTarget.value)}
          />
        </Field>
        <Field
          label="Names in other languages"
          hint="One a line, such as de=Parken or pt-BR=Estacionar."
          error={names.fault}
        >
          <textarea
            rows={3}
            spellcheck={false}
            value={namesText}
            onInput={({ currentTarget }) => setNamesText(currentTarget.value)}
          />
        </Field>
        <Field
          label="Countries"
          hint="Where it is offered, such as FR, DE; empty: everywhere."
          error={countries.fault}
        >
          <input
            value={countriesText}
            autocomplete="off"
            spellcheck={false}
            onInput={({ currentTarget }) => setCountriesText(currentTarget.value)}
          />
        </Field>
        <Ticks label="Brands, none: all" options={brandOptions} ticked={brands} onChange={setBrands} />
        <Ticks label="Head units, none: all" options={deviceOptions} ticked={devices} onChange={setDevices} />
        <Tick label="May be used while driving" checked={drivingMode} onChange={setDrivingMode} />
      </Form>
    </Dialog>
  )
}

interface TicksProps<Code extends string> {
  readonly label: string
  readonly options: readonly (readonly [code: Code, text: string])[]
  readonly ticked: readonly Code[]
  readonly onChange: (ticked: Code[]) => void
}

function Ticks<Code extends string>({ label, options, ticked, onChange }: TicksProps<Code>) {
  const set = (code: Code, isOn: boolean) =>
    onChange(options.map(([each]) => each).filter((each) => (each === code ? isOn : ticked.includes(each))))
  return (
    <fieldset class="tick-row">
      <legend class="label">{label}</legend>
      {options.map(([code, text]) => (
        <Tick
          key={code}
          label={text}
          checked={ticked.includes(code)}
          onChange={(checked) => set(code, checked)}
        />
      ))}
    </fieldset>
  )
}
