import { countLineBreaks, type Finding } from './finding.ts'
import { checkReference, type Place, type Site } from './references.ts'

/** Comment | url(…), its address in group 1, 2 or 3 | text in 4 | word in 5 | anything else. */
const tokens =
  /\/\*[\s\S]*?(?:\*\/|$)|url\(\s*(?:"((?:[^"\\\n\r\f]|\\[\s\S])*)"|'((?:[^'\\\n\r\f]|\\[\s\S])*)'|([^)]*))|("(?:[^"\\\n\r\f]|\\[\s\S])*"?|'(?:[^'\\\n\r\f]|\\[\s\S])*'?)|(@?(?:[-\w\u0080-\uFFFF]|\\[^\n\r\f])+)|\s+|[\s\S]/gi

/** A style sheet, or the text of a style attribute, that begins at `at.line` of its file. */
export function checkStyle(site: Site, text: string, at: Place): Finding[] {
  return [...findLoads(text)].flatMap(({ url, line }) =>
    checkReference(site, url, { ...at, line: at.line + line - 1 }),
  )
}

/** Token by token, as a browser reads it: an address may look like a comment, and a text like an address. */
function* findLoads(css: string): Generator<{ url: string; line: number }> {
  /** `@import`, or another rule that goes on until `;` or a block. */
  let rule = ''
  let line = 1
  for (const [token, double, single, bare, text, word] of css.matchAll(tokens)) {
    const url = double ?? single ?? bare?.trim()
    if (word?.startsWith('@')) rule = word.toLowerCase()
    else if (token === ';' || token === '{') rule = ''
    // A namespace is a name, and nobody goes there.
    else if (url !== undefined && rule !== '@namespace') yield { url: unescapeCss(url), line }
    else if (text !== undefined && rule === '@import')
      yield { url: unescapeCss(text.replace(/^["']|["']$/g, '')), line }
    line += countLineBreaks(token)
  }
}

function unescapeCss(text: string): string {
  return text.replace(/\\(?:([0-9a-f]{1,6})\s?|(\r\n|[\s\S]))/gi, (_, hex?: string, character = '') => {
    if (hex === undefined) return /[\n\r\f]/.test(character) ? '' : character
    return String.fromCodePoint(Math.min(Number.parseInt(hex, 16), 0x10ffff))
  })
}
