import type { FrameToHost } from '@pillion/schema'
import type { PostToHost } from './host-page.ts'
import type { LastingListeners } from './lasting-listeners.ts'

type Level = Extract<FrameToHost, { pillion: 'console' }>['level']

/** A line of the app's console is a help to its developer, not a way to fill the host page's memory. */
const linesPerSecondMax = 20
const lineCharactersMax = 2_000

const levels: Record<'log' | 'debug' | 'info' | 'warn' | 'error', Level> = {
  log: 'log',
  debug: 'log',
  info: 'info',
  warn: 'warn',
  error: 'error',
}

/**
 * There is no debug console in a vehicle, so what the app logs and what goes wrong in it is forwarded to
 * the developer's log of the host page (W 11.4). The browser's own console still shows it.
 */
export function forwardConsole(listeners: LastingListeners, post: PostToHost): void {
  const forward = boundRate((level, text) => post({ pillion: 'console', level, text }))
  for (const name of Object.keys(levels) as (keyof typeof levels)[]) {
    const native = console[name]
    console[name] = (...values: unknown[]) => {
      native.apply(console, values)
      forward(levels[name], () => values.map(describe).join(' '))
    }
  }
  // Heard in the capture phase, because an image or script that does not load fires at its element only.
  listeners.add(window, 'error', (event) => forward('error', () => describeErrorEvent(event)))
  listeners.add(window, 'unhandledrejection', (event) =>
    forward('error', () => `Unhandled rejection: ${describe(event.reason)}`),
  )
  listeners.add(document, 'securitypolicyviolation', ({ effectiveDirective, blockedURI }) =>
    forward('warn', () => `Blocked by the content security policy (${effectiveDirective}): ${blockedURI}`),
  )
}

type Forward = (level: Level, text: () => string) => void

/**
 * Lets through so many lines in each second; how many it kept back is told with the next one it lets
 * through. A line kept back is never put into words, which is what costs time.
 */
function boundRate(post: (level: Level, text: string) => void): Forward {
  let second = 0
  let lines = 0
  let keptBack = 0
  return (level, text) => {
    const now = Math.floor(performance.now() / 1000)
    if (now !== second) {
      second = now
      lines = 0
    }
    if (lines >= linesPerSecondMax) {
      keptBack++
      return
    }
    lines++
    if (keptBack > 0) post('warn', `${keptBack} console lines were kept back: too many in a second`)
    keptBack = 0
    post(level, cut(text()))
  }
}

function cut(text: string): string {
  return text.length > lineCharactersMax ? `${text.slice(0, lineCharactersMax)}…` : text
}

function describe(value: unknown): string {
  if (value instanceof Error) return value.stack ?? String(value)
  if (typeof value !== 'object' || value === null) return String(value)
  try {
    return JSON.stringify(value) ?? String(value)
  } catch {
    return Object.prototype.toString.call(value)
  }
}

function describeErrorEvent(event: Event): string {
  if (event instanceof ErrorEvent) {
    const where = event.filename ? ` (${event.filename}:${event.lineno}:${event.colno})` : ''
    return `${event.message}${where}`
  }
  const element = event.target as { src?: string; href?: string; nodeName?: string } | null
  return `Did not load: ${element?.nodeName?.toLowerCase() ?? 'resource'} ${element?.src ?? element?.href ?? ''}`
}
