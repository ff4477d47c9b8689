import type { ComponentChildren } from 'preact'

export type StateKind = 'good' | 'warn' | 'bad' | 'info' | 'quiet'

/** A word with a dot whose colour repeats what the word says. */
export function State({ kind, children }: { kind: StateKind; children: ComponentChildren }) {
  return <span class={`state ${kind}`}>{children}</span>
}

/** A short fact in a frame: a role, a level, a protocol version. */
export function Tag({ children }: { children: ComponentChildren }) {
  return <span class="tag">{children}</span>
}
