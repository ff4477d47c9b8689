import { type Finding, lineAt } from './finding.ts'
import { checkReference, type Site } from './references.ts'

const loaded = /url\(\s*(?:"([^"]*)"|'([^']*)'|([^)\s]*))\s*\)|@import\s+(?:"([^"]*)"|'([^']*)')/gi

/** A style sheet, or the text of a style attribute, that begins at `line` of its file. */
export function checkStyle(
  site: Site,
  text: string,
  at: { path: string; file: string; line: number },
): Finding[] {
  // Line breaks stay, for the numbers.
  const withoutComments = text.replace(/\/\*[\s\S]*?(?:\*\/|$)/g, (comment) => comment.replace(/[^\n]/g, ' '))
  return [...withoutComments.matchAll(loaded)].flatMap((match) => {
    const url = match.slice(1).find((group) => group !== undefined) ?? ''
    return checkReference(site, url, { ...at, line: at.line + lineAt(withoutComments, match.index) - 1 })
  })
}
