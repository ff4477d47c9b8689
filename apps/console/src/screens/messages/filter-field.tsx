import { useEffect, useRef, useState } from 'preact/hooks'

const PAUSE_MS = 250

interface FilterFieldProps {
  readonly label: string
  readonly value: string
  /** `/` leads here. */
  readonly isFirst?: boolean
  readonly suggestions?: readonly string[]
  readonly onChange: (text: string) => void
}

/** One of several things to look for, small enough to stand beside the others. */
export function FilterField({ label, value, isFirst = false, suggestions, onChange }: FilterFieldProps) {
  const [text, setText] = useState(value)
  const told = useRef(value)
  const change = useRef(onChange)
  change.current = onChange
  useEffect(() => {
    // Changed from outside, by a link or the browser's Back.
    if (value !== told.current) setText(value)
    told.current = value
  }, [value])
  useEffect(() => {
    if (text === told.current) return
    const timer = setTimeout(() => {
      told.current = text
      change.current(text.trim())
    }, PAUSE_MS)
    return () => clearTimeout(timer)
  }, [text])
  const listId = `suggested-${label.replaceAll(/\W/g, '')}`
  return (
    <label class={isFirst ? 'filter-field is-first' : 'filter-field'}>
      <span>{label}</span>
      <input
        type="search"
        value={text}
        spellcheck={false}
        autocomplete="off"
        placeholder="any"
        {...(isFirst ? { 'data-search': true } : {})}
        {...(suggestions ? { list: listId } : {})}
        onInput={({ currentTarget }) => setText(currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key !== 'Escape' || text === '') return
          event.stopPropagation()
          setText('')
        }}
      />
      {suggestions && (
        <datalist id={listId}>
          {suggestions.map((each) => (
            <option key={each} value={each} />
          ))}
        </datalist>
      )}
    </label>
  )
}
