import { type SignalPath, type SignalRule, signalRules } from '@pillion/schema'
import { useComputed, useSignal } from '@preact/signals'
import { useId } from 'preact/hooks'
import type { HeadUnit } from '../../head-unit.ts'
import type { SignalName } from './signal-names.ts'
import { readText, textOf } from './signal-text.ts'

interface SignalFieldProps {
  readonly headUnit: HeadUnit
  readonly path: SignalPath
  readonly name: SignalName
  /** For those who hear the page: "Arrival" alone says little. */
  readonly group: string
}

/** One signal. Drawn anew only when it changes itself; while somebody writes in it, it holds what they write. */
export function SignalField({ headUnit, path, name, group }: SignalFieldProps) {
  const text = useComputed(() => textOf(headUnit.view.value.vehicle, path))
  const draft = useSignal<string | undefined>(undefined)
  const fault = useSignal<string | undefined>(undefined)
  const id = useId()
  const write = (value: string) => {
    draft.value = value
    const read = readText(path, value, headUnit.host.view.vehicle.brand)
    fault.value = 'fault' in read ? read.fault : undefined
    if ('change' in read) headUnit.host.setVehicle(read.change)
  }
  const leave = () => {
    draft.value = undefined
    fault.value = undefined
  }
  return (
    <div class="signal-field" title={path}>
      <label for={id}>
        <span class="unseen">{group}: </span>
        {name.name}
      </label>
      <SignalInput
        id={id}
        rule={signalRules[path]}
        name={name}
        value={draft.value ?? text.value}
        isWrong={fault.value !== undefined}
        write={write}
        leave={leave}
      />
      <span class="signal-unit">{name.unit}</span>
      {fault.value && (
        <p class="signal-fault" role="alert">
          {fault.value}
        </p>
      )}
    </div>
  )
}

interface SignalInputProps {
  readonly id: string
  readonly rule: SignalRule
  readonly name: SignalName
  readonly value: string
  readonly isWrong: boolean
  readonly write: (value: string) => void
  readonly leave: () => void
}

function SignalInput({ id, rule, name, value, isWrong, write, leave }: SignalInputProps) {
  if (rule.kind === 'boolean') {
    return (
      <input
        id={id}
        type="checkbox"
        role="switch"
        aria-checked={value === 'true'}
        checked={value === 'true'}
        onChange={({ currentTarget }) => {
          write(String(currentTarget.checked))
          leave()
        }}
      />
    )
  }
  const values = valuesOf(rule, name)
  if (values) {
    return (
      <select
        id={id}
        value={value}
        onChange={({ currentTarget }) => {
          write(currentTarget.value)
          leave()
        }}
      >
        {value === '' && <option value="" />}
        {values.map(([key, text]) => (
          <option key={key} value={key}>
            {text}
          </option>
        ))}
      </select>
    )
  }
  const shared = {
    id,
    value,
    autocomplete: 'off',
    'aria-invalid': isWrong,
    onInput: ({ currentTarget }: { currentTarget: HTMLInputElement }) => write(currentTarget.value),
    onKeyDown: ({ key, currentTarget }: { key: string; currentTarget: HTMLInputElement }) => {
      if (key === 'Enter') currentTarget.blur()
    },
    onBlur: leave,
  }
  if (rule.kind === 'time') return <input {...shared} type="datetime-local" step={1} />
  return (
    <input {...shared} type="text" inputmode={rule.kind === 'text' ? 'text' : 'decimal'} spellcheck={false} />
  )
}

/** With their names where they have some; undefined if it is not chosen from a list. */
function valuesOf(
  rule: SignalRule,
  { values }: SignalName,
): readonly (readonly [string, string])[] | undefined {
  if (values) return Object.entries(values).map(([key, text]) => [key, `${key} ${text}`])
  return rule.kind === 'choice' ? rule.values.map((value) => [String(value), String(value)]) : undefined
}
