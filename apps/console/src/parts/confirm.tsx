import type { ComponentChildren } from 'preact'
import { useState } from 'preact/hooks'
import { Dialog } from './dialog.tsx'
import { Field } from './field.tsx'
import { Form } from './form.tsx'

interface ConfirmProps {
  /** A question: "Remove partner demo?" */
  readonly title: string
  /** What the button says, a verb. */
  readonly verb: string
  /** To be typed first, where it cannot be undone. */
  readonly typed?: string
  /** When it resolves the dialog is closed by `onClose`; what it throws is shown in it. */
  readonly onConfirm: () => Promise<unknown>
  readonly onClose: () => void
  /** What will happen. */
  readonly children: ComponentChildren
}

/** Before something dangerous: says what will happen, and does it. */
export function Confirm({ title, verb, typed, onConfirm, onClose, children }: ConfirmProps) {
  const [text, setText] = useState('')
  const submit = async () => {
    await onConfirm()
    onClose()
  }
  return (
    <Dialog title={title} onClose={onClose}>
      <Form
        verb={verb}
        kind="danger"
        isReady={typed === undefined || text === typed}
        onSubmit={submit}
        onCancel={onClose}
      >
        <div class="prose">{children}</div>
        {typed !== undefined && (
          <Field label={`Type ${typed} to go on`}>
            <input
              value={text}
              autocomplete="off"
              spellcheck={false}
              onInput={({ currentTarget }) => setText(currentTarget.value)}
            />
          </Field>
        )}
      </Form>
    </Dialog>
  )
}
