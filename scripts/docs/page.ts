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
  /** Of <!-- first: COMMANDS -->, which may be several lines: shell that readers are supposed to have done. */
  readonly isHidden: boolean
}

export function readPage(file: string): Page {
  return parsePage(file, readFileSync(`${root}${file}`, 'utf8'))
}

const fence = /^ *```+ *(?<language>[\w-]*) *(?:\[(?<title>.*)\])?/
const first = /^ *<!-- *first:(?<text>.*)/
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
    const read = readFenced(lines, at, notes) ?? readHidden(lines, at)
    if (read !== undefined) {
      blocks.push(read.block)
      if (!read.block.isHidden) notes = new Map()
      at = read.last
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

/** `last`: the index of its last line. */
type ReadBlock = { block: Block; last: number } | undefined

function readFenced(lines: readonly string[], at: number, notes: ReadonlyMap<string, string>): ReadBlock {
  const opened = fence.exec(lines[at] ?? '')?.groups
  if (opened === undefined) return undefined
  const last = findLine(lines, at + 1, /^ *```+ *$/)
  const { language = '', title } = opened
  const text = unindent(lines.slice(at + 1, last))
  return { block: { line: at + 2, text, language, title, notes, isHidden: false }, last }
}

function readHidden(lines: readonly string[], at: number): ReadBlock {
  const begun = first.exec(lines[at] ?? '')?.groups?.text
  if (begun === undefined) return undefined
  const last = findLine(lines, at, /-->/)
  const text = [begun.trim(), unindent(lines.slice(at + 1, last + 1))]
    .join('\n')
    .replace(/ *-->.*/, '')
    .trim()
  const line = begun.trim() === '' ? at + 2 : at + 1
  return { block: { line, text, language: 'sh', title: undefined, notes: new Map(), isHidden: true }, last }
}

/** The end if there is none. */
function findLine(lines: readonly string[], from: number, pattern: RegExp): number {
  const found = lines.findIndex((line, index) => index >= from && pattern.test(line))
  return found === -1 ? lines.length : found
}

/** Blocks within lists are indented as a whole. */
function unindent(lines: readonly string[]): string {
  const filled = lines.filter((line) => line.trim() !== '')
  const indent = Math.min(...filled.map((line) => line.search(/\S/)), 80)
  return lines.map((line) => line.slice(indent)).join('\n')
}
