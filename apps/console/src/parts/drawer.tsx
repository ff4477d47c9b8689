import type { ComponentChildren } from 'preact'
import { useEffect, useId, useRef } from 'preact/hooks'
import { go } from '../place.ts'
import { Button } from './button.tsx'

interface DrawerProps {
  readonly title: ComponentChildren
  /** Where closing leads: the list without the detail. */
  readonly closeHref: string
  /** Buttons below the title. */
  readonly actions?: ComponentChildren
  readonly children: ComponentChildren
}

/** The detail of one row, beside its list, which stays usable. Escape closes it. */
export function Drawer({ title, closeHref, actions, children }: DrawerProps) {
  const titleId = useId()
  const panel = useRef<HTMLElement>(null)
  const close = () => {
    go(closeHref)
    focusOpenRow()
  }
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.key === 'Escape' && !event.defaultPrevented) {
        event.preventDefault()
        close()
      }
    }
    addEventListener('keydown', onKeyDown)
    return () => removeEventListener('keydown', onKeyDown)
  })
  return (
    <aside ref={panel} class="drawer" aria-labelledby={titleId}>
      <header class="drawer-head">
        <h2 id={titleId}>{title}</h2>
        <Button kind="quiet" icon="close" label="Close" onClick={close} />
        {actions && <div class="drawer-actions">{actions}</div>}
      </header>
      <div class="drawer-body">{children}</div>
    </aside>
  )
}

/** The row whose detail was open has the focus again. */
function focusOpenRow(): void {
  document.querySelector<HTMLElement>('.table tr[aria-current] a.row-link')?.focus()
}
