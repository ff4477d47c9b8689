import { useState } from 'preact/hooks'
import { Button } from './button.tsx'
import { CopyButton } from './copy.tsx'
import { Dialog } from './dialog.tsx'
import { Tick } from './field.tsx'

interface SecretProps {
  readonly title: string
  /** What it is for. */
  readonly about?: string
  /** What was issued, by name: password, certificate … Long ones are offered as a file, too. */
  readonly values: readonly { name: string; value: string; fileName?: string }[]
  readonly onClose: () => void
}

/** What the server shows once and then forgets. */
export function Secret({ title, about, values, onClose }: SecretProps) {
  const [isSaved, setSaved] = useState(false)
  return (
    <Dialog title={title} onClose={onClose} isFirm>
      <p class="notice warn">This is shown once. Save it now: nobody can show it again.</p>
      {about && <p>{about}</p>}
      {values.map(({ name, value, fileName }) => (
        <div key={name} class="secret">
          <span class="label">{name}</span>
          <span class="secret-actions">
            {fileName && (
              <Button icon="download" onClick={() => saveFile(fileName, value)}>
                {fileName}
              </Button>
            )}
            <CopyButton text={value} label={`Copy ${name}`} />
          </span>
          {value.includes('\n') ? <pre>{value}</pre> : <code>{value}</code>}
        </div>
      ))}
      <div class="form-actions">
        <Tick label="I have saved it" checked={isSaved} onChange={setSaved} />
        <Button kind="primary" disabled={!isSaved} onClick={onClose}>
          Done
        </Button>
      </div>
    </Dialog>
  )
}

export function saveFile(name: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text]))
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.click()
  setTimeout(() => URL.revokeObjectURL(url), 10_000)
}
