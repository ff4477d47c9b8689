import type { ComponentChildren } from 'preact'

/** A part of the panel that can be folded away. */
export function Section({ title, children }: { title: string; children: ComponentChildren }) {
  return (
    <details class="section" open>
      <summary>{title}</summary>
      <div class="section-body">{children}</div>
    </details>
  )
}
