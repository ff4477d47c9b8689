import { useRef } from 'preact/hooks'
import { Icon } from '../../icons.tsx'
import { type Key, keysOf, type Page } from './layouts.ts'

/** `once` is for one letter, `lock` until it is pressed again. */
export type Shift = 'off' | 'once' | 'lock'

interface KeysProps {
  readonly page: Page
  readonly shift: Shift
  readonly inputType: string
  readonly language: string
  readonly press: (key: Key) => void
}

/** One stop for the Tab key; arrow keys go from key to key. */
export function Keys({ page, shift, inputType, language, press }: KeysProps) {
  const keys = useRef<HTMLDivElement>(null)
  const rows = keysOf(page, inputType, language)
  // The third row has wider keys at its ends, the last a space.
  const columns = Math.max(...rows.slice(0, 2).map((row) => row.length))
  return (
    // biome-ignore lint/a11y/useSemanticElements: no field set, but keys
    <div
      class="keys"
      role="group"
      aria-label="Keys"
      style={{ '--columns': String(columns) }}
      ref={keys}
      onKeyDown={(event) => step(event, keys.current)}
    >
      {rows.map((row, index) => (
        <div class="keys-row" key={row.map(nameOf).join('')}>
          {row.map((key, place) => (
            <button
              type="button"
              key={nameOf(key)}
              class={`keys-key is-${key.kind}`}
              tabIndex={index === 0 && place === 0 ? 0 : -1}
              aria-label={nameOf(key)}
              aria-pressed={key.kind === 'shift' ? shift !== 'off' : undefined}
              data-shift={key.kind === 'shift' ? shift : undefined}
              // The field keeps the focus, and its caret, while keys are tapped.
              onPointerDown={(event) => event.preventDefault()}
              onMouseDown={(event) => event.preventDefault()}
              onClick={() => press(key)}
            >
              <Face keyOf={key} shift={shift} />
            </button>
          ))}
        </div>
      ))}
    </div>
  )
}

function Face({ keyOf: key, shift }: { keyOf: Key; shift: Shift }) {
  switch (key.kind) {
    case 'character':
      return <>{shift === 'off' ? key.text : key.text.toUpperCase()}</>
    case 'page':
      return <>{pageFaces[key.to]}</>
    case 'space':
      return <span class="keys-space" />
    case 'done':
      return (
        <>
          <Icon name="check" /> Done
        </>
      )
    default:
      return <Icon name={key.kind} />
  }
}

const pageFaces: Record<Page, string> = { letters: 'ABC', digits: '?123', symbols: '=\\<', numbers: '123' }

function nameOf(key: Key): string {
  if (key.kind === 'character') return key.text
  if (key.kind === 'page') return names[key.to]
  return names[key.kind]
}

const names: Record<Exclude<Key['kind'], 'character' | 'page'> | Page, string> = {
  shift: 'Shift',
  erase: 'Backspace',
  space: 'Space',
  newLine: 'New line',
  done: 'Done',
  letters: 'Letters',
  digits: 'Digits and symbols',
  symbols: 'More symbols',
  numbers: 'Numbers',
}

function step(event: KeyboardEvent, keys: HTMLElement | null): void {
  const [right, down] = steps[event.key] ?? [0, 0]
  if (!keys || (right === 0 && down === 0)) return
  const rows = [...keys.children].map((row) => [...row.children] as HTMLElement[])
  const row = rows.findIndex((buttons) => buttons.includes(document.activeElement as HTMLElement))
  const place = rows[row]?.indexOf(document.activeElement as HTMLElement) ?? -1
  const next = rows[row + down]
  if (row < 0 || !next) return
  event.preventDefault()
  next[Math.min(next.length - 1, Math.max(0, place + right))]?.focus()
}

const steps: Readonly<Record<string, readonly [right: number, down: number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
}
