import { useState } from 'preact/hooks'
import { Field } from './field.tsx'

interface PasswordFieldProps {
  readonly label: string
  readonly value: string
  readonly onChange: (value: string) => void
  /** One that is being chosen, so that a password manager offers to make it. */
  readonly isNew?: boolean
  readonly hasFocus?: boolean
  readonly hint?: string
  readonly error?: string | undefined
}

export function PasswordField({ value, onChange, isNew, hasFocus, ...field }: PasswordFieldProps) {
  return (
    <Field {...field}>
      <input
        type="password"
        value={value}
        autofocus={hasFocus === true}
        autocomplete={isNew ? 'new-password' : 'current-password'}
        onInput={({ currentTarget }) => onChange(currentTarget.value)}
      />
    </Field>
  )
}

interface NewPasswordProps {
  readonly label: string
  readonly hasFocus?: boolean
  /** What the server says is wrong with it. */
  readonly error?: string | undefined
  /** Told the password when both fields hold it, else ''. */
  readonly onChange: (password: string) => void
}

/** Typed twice, as nobody sees what is typed. */
export function NewPassword({ label, hasFocus = false, error, onChange }: NewPasswordProps) {
  const [first, setFirst] = useState('')
  const [again, setAgain] = useState('')
  const change = (newFirst: string, newAgain: string) => {
    setFirst(newFirst)
    setAgain(newAgain)
    onChange(newFirst === newAgain ? newFirst : '')
  }
  return (
    <>
      <PasswordField
        label={label}
        hint="12 characters at least; several words are easier to keep in mind."
        isNew
        hasFocus={hasFocus}
        value={first}
        onChange={(value) => change(value, again)}
        error={error}
      />
      <PasswordField
        label={`${label} again`}
        isNew
        value={again}
        onChange={(value) => change(first, value)}
        error={again !== '' && again !== first ? 'The two are not the same.' : undefined}
      />
    </>
  )
}
