import { signal } from '@preact/signals'

const SHOWN_MS = 5_000
const notices = signal<readonly { readonly id: number; readonly text: string }[]>([])
let lastId = 0

/** Says for a moment, below everything, that something was done: "demo was added." */
export function tell(text: string): void {
  const id = ++lastId
  notices.value = [...notices.value.slice(-2), { id, text }]
  setTimeout(() => {
    notices.value = notices.value.filter((notice) => notice.id !== id)
  }, SHOWN_MS)
}

export function Notices() {
  return (
    <div class="notices" role="status">
      {notices.value.map(({ id, text }) => (
        <p key={id}>{text}</p>
      ))}
    </div>
  )
}
