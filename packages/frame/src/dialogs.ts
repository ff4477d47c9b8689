/** How long a text stays when nobody touches it. */
const shownMilliseconds = 6_000
const textCharactersMax = 1_000

/**
 * `alert` and its like stop every script of the tab until somebody presses a button, the host page
 * included; in a vehicle that would be the whole head unit. Here they return at once: `alert` shows its
 * text over the app (W 11.4), the others answer as if they had been cancelled.
 */
export function replaceDialogs(): void {
  let shown: HTMLElement | undefined
  const alert = (text?: unknown) => {
    shown?.remove()
    shown = createNote(text === undefined ? '' : String(text))
    const note = shown
    document.documentElement.append(note)
    setTimeout(() => note.remove(), shownMilliseconds)
    console.info(`alert: ${note.dataset.text}`)
  }
  Object.assign(window, {
    alert,
    Alert: alert,
    confirm: () => false,
    prompt: () => null,
    print: () => undefined,
  })
}

/** A closed shadow root keeps the app's style sheet away from it, and it away from the app's selectors. */
function createNote(text: string): HTMLElement {
  const note = document.createElement('pillion-note')
  note.dataset.text = text.slice(0, textCharactersMax)
  note.setAttribute('role', 'status')
  note.style.cssText =
    'position:fixed;inset:auto 0 24px 0;z-index:2147483647;display:flex;justify-content:center'
  const box = document.createElement('div')
  box.textContent = note.dataset.text
  box.style.cssText = `max-width:70%;max-height:60vh;overflow:auto;padding:14px 22px;border-radius:12px;
    background:rgba(16,20,28,.95);color:#f2f5fa;border:1px solid rgba(255,255,255,.2);
    font:18px/1.4 sans-serif;white-space:pre-wrap;box-shadow:0 8px 30px rgba(0,0,0,.5);cursor:pointer`
  box.addEventListener('click', () => note.remove())
  note.attachShadow({ mode: 'closed' }).append(box)
  return note
}
