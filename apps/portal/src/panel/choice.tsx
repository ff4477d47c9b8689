import type { ComponentChildren } from 'preact'
import { useId } from 'preact/hooks'

interface ChoiceProps<T extends string> {
  readonly label: string
  readonly value: T
  readonly options: readonly { readonly value: T; readonly name: ComponentChildren; readonly hint?: string }[]
  readonly choose: (value: T) => void
}

/** A few values side by side, one of them chosen: a radio group that looks like one switch. */
export function Choice<T extends string>({ label, value, options, choose }: ChoiceProps<T>) {
  // The same choice can be on the panel and on the screen.
  const name = useId()
  return (
    <fieldset class="choice">
      <legend>{label}</legend>
      <div class="choice-options">
        {options.map((option) => (
          <label key={option.value} title={option.hint}>
            <input
              type="radio"
              name={name}
              value={option.value}
              checked={option.value === value}
              onChange={() => choose(option.value)}
            />
            <span>{option.name}</span>
          </label>
        ))}
      </div>
    </fieldset>
  )
}
