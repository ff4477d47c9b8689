/** A text field: what it holds, and what of it is selected (counted in UTF-16 units, as the browser does). */
export interface Field {
  readonly text: string
  readonly start: number
  readonly end: number
}

/** Puts it in the place of the selection; nothing if there would be too many characters. */
export function insert(field: Field, addition: string, charactersMax: number | undefined): Field {
  const text = field.text.slice(0, field.start) + addition + field.text.slice(field.end)
  if (charactersMax !== undefined && text.length > charactersMax) return field
  return caretAt(text, field.start + addition.length)
}

/** Takes away the selection, else what a person sees as the one character before the caret: an emoji, a letter with its accents. */
export function erase({ text, start, end }: Field): Field {
  const from = start < end ? start : start - lastCharacterLength(text.slice(0, start))
  return caretAt(text.slice(0, from) + text.slice(end), from)
}

function caretAt(text: string, at: number): Field {
  return { text, start: at, end: at }
}

function lastCharacterLength(text: string): number {
  return [...new Intl.Segmenter().segment(text)].at(-1)?.segment.length ?? 0
}
