import { styleText } from 'node:util'

type Style = Parameters<typeof styleText>[0]
type Stream = NodeJS.WritableStream & { isTTY?: boolean }

/**
 * Where a command writes. Results go to stdout and are all that stands there; hints, progress and errors go to
 * stderr. With `json`, stdout holds JSON only and hints are left out. Colour only on a terminal, never with NO_COLOR.
 */
export class Output {
  readonly json: boolean
  readonly #stdout: Stream
  readonly #stderr: Stream
  #progressShown = false

  constructor(options: { json: boolean; stdout?: Stream; stderr?: Stream }) {
    this.json = options.json
    this.#stdout = options.stdout ?? process.stdout
    this.#stderr = options.stderr ?? process.stderr
  }

  /** The command's answer: `value` with --json, else `text`. */
  result(value: unknown, text: () => string): void {
    this.#stdout.write(`${this.json ? JSON.stringify(value) : text()}\n`)
  }

  /** Rows under each other in columns; tab-separated and without header when piped. */
  table(header: readonly string[], rows: readonly (readonly string[])[]): void {
    if (rows.length === 0) return
    if (this.#stdout.isTTY !== true) {
      this.#stdout.write(rows.map((row) => `${row.join('\t')}\n`).join(''))
      return
    }
    const [head = '', ...lines] = alignColumns([header.map((title) => title.toUpperCase()), ...rows])
    this.#stdout.write(`${[this.style('dim', head), ...lines].join('\n')}\n`)
  }

  line(text: string): void {
    this.#stdout.write(`${text}\n`)
  }

  /** What to do next. */
  hint(text: string): void {
    if (!this.json) this.notice(text)
  }

  /** Something that must be known whatever the output is, such as a lost connection. */
  notice(text: string): void {
    this.endProgress()
    this.#stderr.write(`${text}\n`)
  }

  /** One line on a terminal that is written over and over; nothing elsewhere. */
  progress(text: string): void {
    if (this.json || this.#stderr.isTTY !== true) return
    this.#progressShown = true
    this.#stderr.write(`\r\u001b[K${text}`)
  }

  endProgress(): void {
    if (!this.#progressShown) return
    this.#progressShown = false
    this.#stderr.write('\r\u001b[K')
  }

  /** Styled for stdout if that is a terminal. */
  style(style: Style, text: string): string {
    return styleFor(this.#stdout, style, text)
  }
}

export function styleFor(stream: Stream, style: Style, text: string): string {
  return stream.isTTY === true ? styleText(style, text, { stream }) : text
}

/** One line per row, each column as wide as its widest cell, two spaces between. */
export function alignColumns(rows: readonly (readonly string[])[]): string[] {
  const widths: number[] = []
  for (const row of rows)
    row.forEach((cell, at) => {
      widths[at] = Math.max(widths[at] ?? 0, cell.length)
    })
  return rows.map((row) =>
    row
      .map((cell, at) => cell.padEnd(widths[at] ?? 0))
      .join('  ')
      .trimEnd(),
  )
}

/** Control characters of what others sent, escaped, so that they cannot steer the terminal nor turn the order of what is read. */
export function escapeControls(text: string): string {
  return text.replace(/[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/gu, escapeCharacter)
}

function escapeCharacter(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
}
