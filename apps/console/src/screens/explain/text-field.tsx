import { useId } from 'preact/hooks'
import { Field } from '../../parts/index.ts'

interface TextFieldProps {
  readonly label: string
  readonly hint?: string
  readonly value: string
  readonly placeholder?: string
  readonly suggestions?: readonly string[]
  readonly onChange: (text: string) => void
}

export function TextField({ label, hint, value, placeholder, suggestions = [], onChange }: TextFieldProps) {
  const listId = useId()
  return (
    <>
      <Field label={label} {...(hint ? { hint } : {})}>
        <input
          value={value}
          list={listId}
          placeholder={placeholder ?? ''}
          autocomplete="off"
          spellcheck={false}
          onInput={({ currentTarget }) => onChange(currentTarget.value)}
        />
      </Field>
      <datalist id={listId}>
        {suggestions.map((each) => (
          <option key={each} value={each} />
        ))}
      </datalist>
    </>
  )
}
