import { readFileSync } from 'node:fs'
import { root } from './root.ts'

/** A page of Markdown, as far as its checks look at it. Lines count from 1. */
export interface Page {
  /** From the root of the repository. */
  readonly file: string
  readonly text: string
  readonly headings: readonly Placed[]
  readonly links: readonly Placed[]
  /** `code` within text. */
  readonly inlineCode: readonly Placed[]
  readonly blocks: readonly Block[]
}

export interface Placed {
  readonly line: number
  readonly text: string
}

/** Between two fences; `line` is that of its first line. */
export interface Block extends Placed {
  /** `sh`; empty if it does not say. */
  readonly language: string
  /** Of ```js [back-end.mjs]. */
  readonly title: string | undefined
  /** Of <!-- runs until: Ctrl-C --> and its like right before it: name → value. */
  readonly notes: ReadonlyMap<string, string>
}

export function readPage(file: string): Page {
  return parsePage(file, readFileSync(`${root}${file}`, 'utf8'))
}

const fence = /^ *```+ *(?<language>[\w-]*) *(?:\[(?<title>.*)\])?/
const note = /^ *<!-- *(?<name>[\w ]+?): *(?<value>.*?) *-->/
const heading = /^#{1,6} +(?<text>.*?) *#*$/
/** Of images, too; those of HTML; those of the front matter. */
const link = /\]\((?<a>[^)\s]+)[^)]*\)|\b(?:href|src)="(?<b>[^"]+)"|\blink: (?<c>\/[^ }]*)/g
const inlineCode = /(?<!`)(?<fence>`+)(?!`)(?<text>.+?)(?<!`)\k<fence>(?!`)/g

export function parsePage(file: string, text: string): Page {
  const headings: Placed[] = []
  const links: Placed[] = []
  const codes: Placed[] = []
  const blocks: Block[] = []
  let notes = new Map<string, string>()
  const lines = text.split('\n')
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at] ?? ''
    const opened = fence.exec(line)?.groups
    if (opened !== undefined) {
      const end = lines.findIndex((each, index) => index > at && /^ *```+ *$/.test(each))
      const last = end === -1 ? lines.length : end
      const inside = unindent(lines.slice(at + 1, last))
      blocks.push({
        line: at + 2,
        text: inside,
        language: opened.language ?? '',
        title: opened.title,
        notes,
      })
      notes = new Map()
      at = last
      continue
    }
    const noted = note.exec(line)?.groups
    if (noted !== undefined) notes.set(noted.name ?? '', noted.value ?? '')
    else if (line.trim() !== '') notes = new Map()
    const titled = heading.exec(line)?.groups
    if (titled !== undefined) headings.push({ line: at + 1, text: titled.text ?? '' })
    for (const { groups } of line.matchAll(inlineCode)) codes.push({ line: at + 1, text: groups?.text ?? '' })
    for (const { groups } of line.replace(inlineCode, '`…`').matchAll(link)) {
      links.push({ line: at + 1, text: groups?.a ?? groups?.b ?? groups?.c ?? '' })
    }
  }
  return { file, text, headings, links, inlineCode: codes, blocks }
}

/** Blocks within lists are indented as a whole. */
function unindent(lines: readonly string[]): string {
  const filled = lines.filter((line) => line.trim() !== '')
  const indent = Math.min(...filled.map((line) => line.search(/\S/)), 80)
  return lines.map((line) => line.slice(indent)).join('\n')
}
