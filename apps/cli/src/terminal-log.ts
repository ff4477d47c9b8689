import { escapeControls, styleFor } from './output.ts'

type Stream = NodeJS.WritableStream & { isTTY?: boolean }

const bookkeeping = new Set(['level', 'time', 'pid', 'hostname', 'msg'])

/** A destination for pino that shows each line as a person reads it: time, text, fields; warnings and errors coloured. */
export function terminalLog(stream: Stream): { write(line: string): void } {
  return { write: (line) => void stream.write(`${formatLine(line, stream)}\n`) }
}

function formatLine(line: string, stream: Stream): string {
  const entry = JSON.parse(line) as { level: number; time: number; msg?: string; [field: string]: unknown }
  const fields = Object.entries(entry)
    .filter(([name]) => !bookkeeping.has(name))
    .map(([name, value]) => `${name}=${describeField(value)}`)
  const time = new Date(entry.time).toLocaleTimeString('sv-SE')
  const rest = [entry.msg ?? '', ...fields].join(' ')
  if (entry.level >= 50) return styleFor(stream, 'red', `${time} ${rest}`)
  if (entry.level >= 40) return styleFor(stream, 'yellow', `${time} ${rest}`)
  return `${styleFor(stream, 'dim', time)} ${rest}`
}

/** Always JSON unless it is a plain word, without what JSON leaves as it is, such as U+009B: what clients sent must not steer the terminal. */
function describeField(value: unknown): string {
  return typeof value === 'string' && /^[\w.:/@-]+$/.test(value)
    ? value
    : escapeControls(JSON.stringify(value))
}
