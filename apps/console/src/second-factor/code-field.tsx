import { useState } from 'preact/hooks'
import { Field } from '../parts/field.tsx'

interface CodeFieldProps {
  readonly value: string
  readonly onChange: (code: string) => void
  /** Only the app's digits will do. */
  readonly isFirst?: boolean
  readonly hasFocus?: boolean
}

/** Six digits of the authenticator app, or a recovery code in their place. */
export function CodeField({ value, onChange, isFirst = false, hasFocus = false }: CodeFieldProps) {
  const [isRecovery, setRecovery] = useState(false)
  const turn = () => {
    setRecovery(!isRecovery)
    onChange('')
  }
  return (
    <>
      {/* Another element, so that it has the focus and the phone shows the other keys. */}
      <Field
        key={String(isRecovery)}
        label={isRecovery ? 'Recovery code' : 'Code'}
        hint={isRecovery ? 'Each works once.' : 'The six digits that your authenticator app shows now.'}
      >
        <input
          name="code"
          value={value}
          inputmode={isRecovery ? 'text' : 'numeric'}
          autocomplete={isRecovery ? 'off' : 'one-time-code'}
          autocapitalize="none"
          spellcheck={false}
          autofocus={hasFocus || isRecovery}
          ref={(input) => {
            if (input && (hasFocus || isRecovery) && value === '') input.focus()
          }}
          onInput={(event) => onChange(event.currentTarget.value)}
        />
      </Field>
      {!isFirst && (
        <button type="button" class="text-button" onClick={turn}>
          {isRecovery ? 'Use the app' : 'Use a recovery code'}
        </button>
      )}
    </>
  )
}
