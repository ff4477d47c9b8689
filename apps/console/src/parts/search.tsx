import { useEffect, useRef, useState } from 'preact/hooks'
import { Icon } from './icon.tsx'

const PAUSE_MS = 200

interface SearchProps {
  readonly label: string
  readonly value: string
  /** Called when one has stopped typing for a moment. */
  readonly onChange: (text: string) => void
}

/** The search of a screen: `/` leads into it, Escape empties it, the arrow down leads to the rows. */
export function Search({ label, value, onChange }: SearchProps) {
  const [text, setText] = useState(value)
  const told = useRef(value)
  useEffect(() => {
    // Changed from outside, by a link or the browser's Back.
    if (value !== told.current) setText(value)
    told.current = value
  }, [value])
  useEffect(() => {
    if (text === told.current) return
    const timer = setTimeout(() => {
      told.current = text
      onChange(text)
    }, PAUSE_MS)
    return () => clearTimeout(timer)
  }, [text, onChange])
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Escape' && text !== '') {
      event.stopPropagation()
      setText('')
    } else if (event.key === 'ArrowDown') {
      event.preventDefault()
      document.querySelector<HTMLElement>('.table a.row-link[tabindex="0"]')?.focus()
    }
  }
  return (
    <label class="search">
      <Icon name="search" />
      <input
        type="search"
        data-search
        aria-label={label}
        placeholder={label}
        value={text}
        spellcheck={false}
        autocomplete="off"
        onInput={({ currentTarget }) => setText(currentTarget.value)}
        onKeyDown={onKeyDown}
      />
      <span class="search-key" aria-hidden="true">
        /
      </span>
    </label>
  )
}

/** One of a few: the first has '' as value and stands for all. */
export function Choice({
  label,
  value,
  options,
  onChange,
}: {
  label: string
  value: string
  options: readonly (readonly [value: string, text: string])[]
  onChange: (value: string) => void
}) {
  return (
    <select
      aria-label={label}
      class="choice"
      value={value}
      onChange={({ currentTarget }) => onChange(currentTarget.value)}
    >
      {options.map(([each, text]) => (
        <option key={each} value={each}>
          {text}
        </option>
      ))}
    </select>
  )
}
