import type { KeyboardView } from '@pillion/host'
import { type Signal, useSignal } from '@preact/signals'
import type { RefObject } from 'preact'
import { useLayoutEffect, useRef } from 'preact/hooks'
import type { HeadUnit } from '../../head-unit.ts'
import { Icon } from '../../icons.tsx'
import { erase, type Field, insert } from './edit-text.ts'
import { Keys, type Shift } from './keys.tsx'
import { firstPage, type Key, type Page } from './layouts.ts'

/** One of the two; a ref for either. */
type TextElement = HTMLInputElement & HTMLTextAreaElement

/**
 * Over the whole screen while a text field of an app has the focus (W 6.7). What it writes into is a field of its own, which
 * the keys of the machine write into as well; Enter is done, Escape leaves the app's field as it was.
 */
export function VirtualKeyboard({ field, headUnit }: { field: KeyboardView; headUnit: HeadUnit }) {
  const input = useRef<TextElement>(null)
  const page = useSignal<Page>(firstPage(field.inputType))
  const shift = useSignal<Shift>('off')
  const close = (text: string | undefined) => headUnit.host.closeKeyboard(text)
  useField(input, field)
  const press = (key: Key) => {
    const element = input.current
    if (!element) return
    if (key.kind === 'done') close(element.value)
    else if (key.kind === 'page') page.value = key.to
    else if (key.kind === 'shift') shift.value = nextShift(shift)
    else {
      write(element, pressed(readField(element), key, shift.value, field.charactersMax))
      if (key.kind === 'character' && shift.value === 'once') shift.value = 'off'
    }
  }
  return (
    <div
      class="keyboard"
      role="dialog"
      aria-modal="true"
      aria-label={field.label || 'Keyboard'}
      onKeyDown={(event) =>
        answerKeys(event, { input, press, close, isLines: field.inputType === 'textarea' })
      }
    >
      <KeyboardHead field={field} input={input} close={close} />
      <Keys
        page={page.value}
        shift={shift.value}
        inputType={field.inputType}
        language={headUnit.view.value.vehicle.language}
        press={press}
      />
    </div>
  )
}

interface KeyboardHeadProps {
  readonly field: KeyboardView
  readonly input: RefObject<TextElement | null>
  readonly close: (text: string | undefined) => void
}

function KeyboardHead({ field, input, close }: KeyboardHeadProps) {
  const hidden = useSignal(true)
  const isPassword = field.inputType === 'password'
  const shared = {
    ref: input,
    defaultValue: field.text,
    ...(field.charactersMax === undefined ? {} : { maxLength: field.charactersMax }),
    'aria-label': field.label || 'Text',
    inputmode: 'none' as const,
    autocomplete: 'off',
    spellcheck: false,
  }
  return (
    <div class="keyboard-head">
      <button type="button" class="popup-return" aria-label="Return" onClick={() => close(undefined)}>
        <Icon name="returnArrow" />
      </button>
      <div class="keyboard-field">
        {field.label && <span class="keyboard-label">{field.label}</span>}
        {field.inputType === 'textarea' ? (
          <textarea {...shared} rows={2} />
        ) : (
          <input {...shared} {...(isPassword && hidden.value ? password : plain)} />
        )}
      </div>
      {isPassword && (
        <button
          type="button"
          class="key"
          aria-pressed={!hidden.value}
          onClick={() => {
            hidden.value = !hidden.value
          }}
        >
          {hidden.value ? 'Show' : 'Hide'}
        </button>
      )}
    </div>
  )
}

const password = { type: 'password' } as const
const plain = { type: 'text' } as const

/** Keys of the machine: on the field they write by themselves; on a key of the screen they do as if the field had the focus. */
function answerKeys(
  event: KeyboardEvent,
  parts: {
    input: RefObject<TextElement | null>
    press: (key: Key) => void
    close: (text: string | undefined) => void
    isLines: boolean
  },
): void {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return
  const isInField = event.target === parts.input.current
  if (event.key === 'Escape') parts.close(undefined)
  else if (event.key === 'Enter' && isInField && (!parts.isLines || event.shiftKey))
    parts.press({ kind: 'done' })
  else if (event.key === 'Backspace' && !isInField) parts.press({ kind: 'erase' })
  else if (!isInField && [...event.key].length === 1 && event.key !== ' ') {
    parts.input.current?.focus()
    parts.press({ kind: 'character', text: event.key })
  } else return
  event.preventDefault()
}

function pressed(field: Field, key: Key, shift: Shift, charactersMax: number | undefined): Field {
  if (key.kind === 'erase') return erase(field)
  if (key.kind === 'space') return insert(field, ' ', charactersMax)
  if (key.kind === 'newLine') return insert(field, '\n', charactersMax)
  if (key.kind !== 'character') return field
  return insert(field, shift === 'off' ? key.text : key.text.toUpperCase(), charactersMax)
}

function readField({ value, selectionStart, selectionEnd }: HTMLInputElement | HTMLTextAreaElement): Field {
  return { text: value, start: selectionStart ?? value.length, end: selectionEnd ?? value.length }
}

function write(element: HTMLInputElement | HTMLTextAreaElement, { text, start, end }: Field): void {
  element.value = text
  element.setSelectionRange(start, end)
  // What was typed is in sight, as it is with keys of the machine.
  element.scrollLeft = element.scrollWidth
  element.scrollTop = element.scrollHeight
}

function nextShift({ value }: Signal<Shift>): Shift {
  return value === 'off' ? 'once' : value === 'once' ? 'lock' : 'off'
}

/** The caret is at the end of what is there; also for somebody who worked beside the screen, for this is where they type now. */
function useField(input: RefObject<TextElement | null>, field: KeyboardView): void {
  useLayoutEffect(() => {
    const element = input.current
    if (!element) return
    // The app has gone on to another field while the keyboard was open.
    element.value = field.text
    element.focus()
    element.setSelectionRange(field.text.length, field.text.length)
  }, [input, field])
}
