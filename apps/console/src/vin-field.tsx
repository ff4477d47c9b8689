import { useRef } from 'preact/hooks'
import { formatNumber } from './format.ts'
import { Field } from './parts/index.ts'
import { type VinList, vinsMax } from './vin-list.ts'

const SHOWN_FAULTS = 3

interface VinFieldProps {
  readonly text: string
  readonly list: VinList
  readonly onChange: (text: string) => void
}

/** Where VINs are pasted, many at once, or a text file with them is dropped. */
export function VinField({ text, list, onChange }: VinFieldProps) {
  const area = useRef<HTMLTextAreaElement>(null)
  const drop = async (event: DragEvent) => {
    const file = event.dataTransfer?.files[0]
    if (!file) return
    event.preventDefault()
    onChange(await file.text())
  }
  return (
    <Field label="VINs" hint={describe(list)} error={describeFaults(list)}>
      <textarea
        ref={area}
        class="mono"
        rows={6}
        value={text}
        spellcheck={false}
        placeholder="One per line, or however they come: a column of a sheet, a list with commas, a text file"
        onInput={({ currentTarget }) => onChange(currentTarget.value)}
        onDragOver={(event) => event.preventDefault()}
        onDrop={drop}
      />
    </Field>
  )
}

function describe({ vins }: VinList): string {
  if (vins.length === 0) return '17 letters or digits each.'
  return vins.length === 1 ? '1 VIN.' : `${formatNumber(vins.length)} VINs.`
}

function describeFaults({ vins, faults }: VinList): string | undefined {
  if (vins.length > vinsMax)
    return `${formatNumber(vins.length)} VINs; at most ${formatNumber(vinsMax)} at once.`
  if (faults.length === 0) return undefined
  const some = faults.slice(0, SHOWN_FAULTS).join(', ')
  const rest = faults.length > SHOWN_FAULTS ? ` and ${formatNumber(faults.length - SHOWN_FAULTS)} more` : ''
  return `No VIN (17 letters or digits): ${some}${rest}.`
}
