import type { ComponentChildren } from 'preact'

interface PageProps {
  readonly title: ComponentChildren
  /** One line below the title. */
  readonly about?: ComponentChildren
  /** Buttons, right of the title. */
  readonly actions?: ComponentChildren
  /** Search and choices, a row below. */
  readonly filters?: ComponentChildren
  /** A drawer beside the content. */
  readonly drawer?: ComponentChildren
  readonly children: ComponentChildren
}

/** What every screen has around its content. */
export function Page({ title, about, actions, filters, drawer, children }: PageProps) {
  return (
    <>
      <div class="page">
        <header class="page-head">
          <div class="page-title">
            <h1>{title}</h1>
            {about && <p class="hint">{about}</p>}
          </div>
          {actions && <div class="page-actions">{actions}</div>}
        </header>
        {filters && <div class="filters">{filters}</div>}
        {children}
      </div>
      {drawer}
    </>
  )
}

/** A part of a page in a frame, with a heading. */
export function Card({
  title,
  actions,
  children,
}: {
  title?: ComponentChildren
  actions?: ComponentChildren
  children: ComponentChildren
}) {
  return (
    <section class="card">
      {title && (
        <header class="card-head">
          <h2>{title}</h2>
          {actions}
        </header>
      )}
      {children}
    </section>
  )
}

/** Names and values of one thing, as a list of facts. A value that is undefined is left out. */
export function Facts({ of }: { of: readonly (readonly [name: string, value: ComponentChildren])[] }) {
  return (
    <dl class="facts">
      {of
        .filter(([, value]) => value !== undefined)
        .map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
    </dl>
  )
}
