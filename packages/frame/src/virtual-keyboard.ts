import type { PostToHost } from './host-page.ts'
import type { LastingListeners } from './lasting-listeners.ts'
import type { StateHolder } from './state.ts'
import { cutText } from './vehicle/figures.ts'

const textTypes = ['text', 'search', 'email', 'url', 'tel', 'password', 'number']
const labelCharactersMax = 100

type TextField = HTMLInputElement | HTMLTextAreaElement | HTMLElement

export interface VirtualKeyboard {
  /** Puts the text into the field, unless undefined, and takes the focus from it, so that the next tap asks anew. */
  close(text: string | undefined): void
}

/**
 * A head unit has no keys: the host page writes for a text field that gets the focus, and hands the text back (W 6.7).
 * While it is at that the field can get the focus again, from a window that regains its own; that is no second request.
 */
export function watchTextFields(
  listeners: LastingListeners,
  state: StateHolder,
  post: PostToHost,
): VirtualKeyboard {
  let field: TextField | undefined
  listeners.add(window, 'focusin', (event) => {
    const target = event.composedPath()[0]
    if (!state.current.virtualKeyboard || !event.isTrusted || target === field || !isTextField(target)) return
    field = target
    const { text, inputType, charactersMax } = describe(target)
    post({ pillion: 'keyboard', text, label: labelOf(target), inputType, charactersMax })
  })
  return {
    close(text) {
      const closed = field
      field = undefined
      if (!closed) return
      if (text !== undefined) write(closed, text)
      closed.blur()
    },
  }
}

function isTextField(target: EventTarget | undefined): target is TextField {
  if (target instanceof HTMLInputElement) return textTypes.includes(target.type) && isWritable(target)
  if (target instanceof HTMLTextAreaElement) return isWritable(target)
  return target instanceof HTMLElement && target.isContentEditable
}

function isWritable({ readOnly, disabled }: HTMLInputElement | HTMLTextAreaElement): boolean {
  return !readOnly && !disabled
}

/** Is it one with a value? Otherwise it is an element whose content is edited. */
function hasValue(field: TextField): field is HTMLInputElement | HTMLTextAreaElement {
  return field instanceof HTMLInputElement || field instanceof HTMLTextAreaElement
}

function describe(field: TextField): { text: string; inputType: string; charactersMax: number | undefined } {
  if (!hasValue(field)) return { text: field.innerText, inputType: 'textarea', charactersMax: undefined }
  const { value, type, maxLength } = field
  return { text: value, inputType: type, charactersMax: maxLength < 0 ? undefined : maxLength }
}

function labelOf(field: TextField): string {
  const labels = hasValue(field) ? field.labels : null
  const label =
    labels?.[0]?.textContent?.trim() ||
    field.getAttribute('aria-label') ||
    field.getAttribute('placeholder') ||
    field.title ||
    field.getAttribute('name') ||
    ''
  return cutText(label, labelCharactersMax)
}

/** As if a person had written it: `input` and then `change`, as a browser fires them; nothing if the text stays the same. */
function write(field: TextField, text: string): void {
  const before = describe(field)
  if (hasValue(field)) setValue(field, cutText(text, before.charactersMax ?? text.length))
  else if (text !== before.text) field.innerText = text
  if (describe(field).text === before.text) return
  field.dispatchEvent(
    new InputEvent('input', {
      bubbles: true,
      composed: true,
      inputType: 'insertReplacementText',
      data: text,
    }),
  )
  if (hasValue(field)) field.dispatchEvent(new Event('change', { bubbles: true }))
}

/** With the browser's own setter: frameworks put one of their own on the element and take what comes through it for their own doing. */
function setValue(field: HTMLInputElement | HTMLTextAreaElement, text: string): void {
  const { prototype } = field instanceof HTMLInputElement ? HTMLInputElement : HTMLTextAreaElement
  Object.getOwnPropertyDescriptor(prototype, 'value')?.set?.call(field, text)
}
