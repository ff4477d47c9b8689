import type { HeadUnit } from './head-unit.ts'

/** Escape: back, the Return arrow of a popup, No to a question. H: Home. Never while somebody types. Returns the way to end it. */
export function listenToKeys(headUnit: HeadUnit): () => void {
  const listener = (event: KeyboardEvent) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target))
      return
    const { popup, failure, guidance, keyboard } = headUnit.view.value
    if (event.key === 'Escape') {
      if (popup) headUnit.host.pressReturn()
      else if (guidance.question) headUnit.host.answerGuidance(false)
      else if (failure) headUnit.host.dismissFailure()
      else headUnit.pressBack()
    } else if (event.key.toLowerCase() === 'h' && !popup && !guidance.question && !keyboard)
      headUnit.pressHome()
    else return
    event.preventDefault()
  }
  window.addEventListener('keydown', listener)
  return () => window.removeEventListener('keydown', listener)
}

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof Element)) return false
  return target.matches('input:not([type=range], [type=checkbox], [type=radio]), textarea, select')
}
