import type { ComponentChildren } from 'preact'
import type { ProblemError } from '../api.ts'
import { Button } from './button.tsx'
import { Icon } from './icon.tsx'
import { Sentence } from './sentence.tsx'

/** Nothing to show: says so, and below it what to do next. */
export function Empty({ title, children }: { title: string; children?: ComponentChildren }) {
  return (
    <div class="empty">
      <p class="empty-title">{title}</p>
      {children && <div class="empty-next">{children}</div>}
    </div>
  )
}

/** What went wrong, with a way to try again. */
export function Fault({ error, onRetry }: { error: ProblemError; onRetry?: () => void }) {
  return (
    <div class="fault" role="alert">
      <Icon name="warning" />
      <div>
        {error.title !== undefined && <p class="fault-title">{error.title}</p>}
        <p>
          <Sentence text={error.message} />
        </p>
        <p class="hint">
          <code>{error.code}</code>
        </p>
      </div>
      {onRetry && (
        <Button icon="reload" onClick={onRetry}>
          Try again
        </Button>
      )}
    </div>
  )
}

/** Some of many nodes did not answer in time: what is shown is not all. */
export function SilentNodes({ nodes }: { nodes: readonly string[] }) {
  if (nodes.length === 0) return null
  return (
    <p class="notice warn">
      What {nodes.join(', ')} know{nodes.length === 1 ? 's' : ''} is missing: no answer in time.
    </p>
  )
}

/** Holds the place of rows that are on their way. */
export function Loading({ rows = 6 }: { rows?: number }) {
  return (
    <div class="loading" role="status" aria-label="Loading">
      {Array.from({ length: rows }, (_, row) => (
        <span key={row} />
      ))}
    </div>
  )
}
