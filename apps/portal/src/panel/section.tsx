import type { ComponentChildren } from 'preact'
import type { Display } from '../display.ts'

interface SectionProps {
  readonly title: string
  readonly display: Display
  readonly openAtFirst?: boolean
  readonly children: ComponentChildren
}

/** A part of the panel that can be folded away; remembered. What is folded away is not even drawn. */
export function Section({ title, display, openAtFirst = false, children }: SectionProps) {
  const open = display.sections.value[title] ?? openAtFirst
  return (
    <details
      class="section"
      open={open}
      onToggle={({ currentTarget }) => {
        if (currentTarget.open !== open)
          display.sections.value = { ...display.sections.value, [title]: currentTarget.open }
      }}
    >
      <summary>{title}</summary>
      {open && <div class="section-body">{children}</div>}
    </details>
  )
}
