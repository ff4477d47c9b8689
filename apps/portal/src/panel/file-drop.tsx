import { useSignal } from '@preact/signals'
import type { ComponentChildren } from 'preact'

/** The panel; a file can be dropped anywhere on it. */
export function FileDrop({ take, children }: { take: (file: File) => void; children: ComponentChildren }) {
  const over = useSignal(false)
  return (
    <aside
      class={over.value ? 'panel is-over' : 'panel'}
      aria-label="Developer panel"
      onDragOver={(event) => {
        if (!event.dataTransfer?.types.includes('Files')) return
        event.preventDefault()
        over.value = true
      }}
      onDragLeave={(event) => {
        // From one part of the panel to another it leaves as well.
        if (!event.currentTarget.contains(event.relatedTarget as Node | null)) over.value = false
      }}
      onDrop={(event) => {
        over.value = false
        const file = event.dataTransfer?.files[0]
        if (!file) return
        event.preventDefault()
        take(file)
      }}
    >
      {children}
    </aside>
  )
}

/** The same by a button. */
export function FileButton(props: {
  readonly label: string
  readonly accept: string
  readonly take: (file: File) => void
}) {
  return (
    <label class="small file-button">
      <input
        type="file"
        class="unseen"
        accept={props.accept}
        onChange={({ currentTarget }) => {
          const file = currentTarget.files?.[0]
          // The same file can be chosen again, once it was changed.
          currentTarget.value = ''
          if (file) props.take(file)
        }}
      />
      {props.label}
    </label>
  )
}
