/** What the original would refuse or break on (`error`), or show less well than meant (`warning`). */
export interface Finding {
  readonly severity: 'error' | 'warning'
  /** Path in the package; '' for the package as a whole. */
  readonly file: string
  /** From 1; absent: the file as a whole. */
  readonly line?: number
  readonly rule: Rule
  /** One sentence for a person. */
  readonly message: string
}

export type Rule = keyof typeof rules

/** A name keeps its meaning for good. */
export const rules = {
  package: 'the server itself would refuse it',
  name: 'name and layout of a package, and what must agree (W 11.1)',
  md5: 'the integrity file (W 11.1)',
  size: 'at most 20 MB outside media (W 11.1)',
  page: 'index.html, and no other page (W 11.1)',
  manifest: 'info.json (W 11.2)',
  icon: 'sizes of icons (W 11.2)',
  file: 'refers to a file that is not there (W 11.3)',
  address: 'there is no internet (W 11.4)',
  es5: 'the browser of 2013 knows ES5 (W 11.4)',
  syntax: 'no browser reads it',
  media: 'formats that are not played or shown (W 11.4)',
} as const

/** Line of the character at `index`, from 1. */
export function lineAt(text: string, index: number): number {
  return 1 + countLineBreaks(text.slice(0, index))
}

/** Of Unix, Windows and old Macintoshes. */
export function countLineBreaks(text: string): number {
  return text.match(/\r\n?|\n/g)?.length ?? 0
}
