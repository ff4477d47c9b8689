import type { ComponentChildren } from 'preact'
import { useState } from 'preact/hooks'
import { ProblemError } from '../api.ts'
import { Button } from './button.tsx'
import { Fault } from './empty.tsx'

interface FormProps {
  /** What the button says, a verb: "Add partner". */
  readonly verb: string
  readonly kind?: 'primary' | 'danger'
  readonly isReady?: boolean
  /** What it throws is shown above the button; whoever closes the dialog afterwards is the caller. */
  readonly onSubmit: () => Promise<void> | void
  readonly onCancel?: () => void
  readonly children?: ComponentChildren
}

/** Fields, what went wrong, and the button that is busy while the server works. */
export function Form({ verb, kind = 'primary', isReady = true, onSubmit, onCancel, children }: FormProps) {
  const [isBusy, setBusy] = useState(false)
  const [error, setError] = useState<ProblemError>()
  const submit = async (event: Event) => {
    event.preventDefault()
    if (isBusy || !isReady) return
    setBusy(true)
    setError(undefined)
    try {
      await onSubmit()
    } catch (thrown) {
      setError(asProblem(thrown))
    } finally {
      setBusy(false)
    }
  }
  return (
    <form class="form" onSubmit={submit} aria-busy={isBusy}>
      {children}
      {error && <Fault error={error} />}
      <div class="form-actions">
        {onCancel && <Button onClick={onCancel}>Cancel</Button>}
        <Button type="submit" kind={kind} disabled={isBusy || !isReady}>
          {isBusy ? 'Working…' : verb}
        </Button>
      </div>
    </form>
  )
}

export function asProblem(thrown: unknown): ProblemError {
  return thrown instanceof ProblemError ? thrown : new ProblemError('CONSOLE_ERROR', 0, String(thrown))
}
