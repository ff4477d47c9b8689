/** The one line every page of an app begins its head with: the globals of W 5.3 come from it. */
const scriptTag = '<script src="/shared/pillion/frame.js"></script>'

/**
 * Puts the frame script before anything else in the page's head, so that the globals are there before the first app
 * script runs (W 5.3). Bytes are inserted, never re-encoded: apps are written in any charset that has ASCII in it, or
 * in UTF-16 with a byte order mark.
 */
export function insertFrameScript(html: Buffer): Buffer {
  const encoding = detectUtf16(html)
  if (encoding === undefined) {
    const offset = findHeadStart(html.toString('latin1'))
    return Buffer.concat([html.subarray(0, offset), Buffer.from(scriptTag), html.subarray(offset)])
  }
  const isBigEndian = encoding === 'utf-16be'
  const littleEndian = isBigEndian ? Buffer.from(html.subarray(0, html.length & ~1)).swap16() : html
  const offset = 2 * findHeadStart(littleEndian.toString('utf16le'))
  const tag = Buffer.from(scriptTag, 'utf16le')
  return Buffer.concat([html.subarray(0, offset), isBigEndian ? tag.swap16() : tag, html.subarray(offset)])
}

function detectUtf16(html: Buffer): 'utf-16le' | 'utf-16be' | undefined {
  if (html[0] === 0xff && html[1] === 0xfe) return 'utf-16le'
  if (html[0] === 0xfe && html[1] === 0xff) return 'utf-16be'
  return undefined
}

/**
 * Where the head's content begins, as the HTML standard's tree construction has it: after white space, comments,
 * doctype, `<html …>` and `<head …>`. Whatever else comes first is where an unwritten head begins.
 */
function findHeadStart(html: string): number {
  let offset = /^(?:\uFEFF|\u00EF\u00BB\u00BF)?/.exec(html)?.[0].length ?? 0
  for (;;) {
    offset = skip(html, offset, /[\t\n\f\r ]*/y)
    const end = skipMarkup(html, offset)
    if (end !== undefined) {
      offset = end
      continue
    }
    const head = skipTag(html, offset, 'head')
    if (head !== undefined) return head
    const root = skipTag(html, offset, 'html')
    if (root === undefined) return offset
    offset = root
  }
}

/** End of the comment, doctype or processing instruction at `offset`; undefined if there is none, or it never ends. */
function skipMarkup(html: string, offset: number): number | undefined {
  const comment = /<!--(?:-?>|[\s\S]*?(?:-->|--!>))/y
  const other = /<(?:!(?!--)|\?)[^>]*>/y
  return match(html, offset, comment) ?? match(html, offset, other)
}

/** End of the start tag `name` at `offset`, its attributes read as the HTML standard's tokenizer reads them. */
function skipTag(html: string, offset: number, name: string): number | undefined {
  let at = match(html, offset, new RegExp(`<${name}(?=[\\t\\n\\f\\r />])`, 'iy'))
  while (at !== undefined) {
    at = skip(html, at, /[\t\n\f\r /]*/y)
    if (html[at] === '>') return at + 1
    at = skip(html, match(html, at, /[\s\S][^\t\n\f\r />=]*/y) ?? html.length, /[\t\n\f\r ]*/y)
    if (html[at] === '=') at = skipValue(html, skip(html, at + 1, /[\t\n\f\r ]*/y))
    if (at === html.length) return undefined
  }
  return undefined
}

/** undefined = a quote that is never closed. */
function skipValue(html: string, offset: number): number | undefined {
  if (html[offset] === '"') return match(html, offset, /"[^"]*"/y)
  if (html[offset] === "'") return match(html, offset, /'[^']*'/y)
  return skip(html, offset, /[^\t\n\f\r >]*/y)
}

function skip(html: string, offset: number, pattern: RegExp): number {
  return match(html, offset, pattern) ?? offset
}

/** End of what the sticky pattern matches at `offset`. */
function match(html: string, offset: number, pattern: RegExp): number | undefined {
  pattern.lastIndex = offset
  return pattern.test(html) ? pattern.lastIndex : undefined
}
