import { useEffect, useState } from 'preact/hooks'
import { Icon } from './icon.tsx'

const SHOWN_MS = 1_500

/** A button that copies `text`; says so for a moment. */
export function CopyButton({ text, label = 'Copy' }: { text: string; label?: string }) {
  const [copied, setCopied] = useState(0)
  useEffect(() => {
    if (copied === 0) return
    const timer = setTimeout(() => setCopied(0), SHOWN_MS)
    return () => clearTimeout(timer)
  }, [copied])
  const copy = async (event: Event) => {
    event.stopPropagation()
    if (await copyText(text)) setCopied(copied + 1)
  }
  const said = copied > 0 ? 'Copied' : label
  return (
    <button type="button" class="copy" aria-label={said} title={said} onClick={copy}>
      <Icon name={copied > 0 ? 'check' : 'copy'} />
    </button>
  )
}

/** An id, an address, a topic: in letters that tell 0 from O, with a button that copies it. */
export function Copy({ text, shown = text }: { text: string; shown?: string }) {
  return (
    <span class="copyable">
      <code title={text}>{shown}</code>
      <CopyButton text={text} label={`Copy ${shown}`} />
    </span>
  )
}

/** Pages over plain HTTP from another machine have no clipboard of their own; they copy what is selected. */
async function copyText(text: string): Promise<boolean> {
  if (navigator.clipboard) {
    return navigator.clipboard.writeText(text).then(
      () => true,
      () => false,
    )
  }
  const field = document.createElement('textarea')
  field.value = text
  field.className = 'unseen'
  const parent = document.querySelector('dialog[open]') ?? document.body
  parent.append(field)
  field.select()
  const isCopied = document.execCommand('copy')
  field.remove()
  return isCopied
}
