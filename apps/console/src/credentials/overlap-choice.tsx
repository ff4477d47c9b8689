import { Field } from '../parts/index.ts'

const options: readonly (readonly [seconds: number, text: string])[] = [
  [0, 'not at all'],
  [3_600, 'for an hour'],
  [86_400, 'for a day'],
  [604_800, 'for a week'],
  [2_592_000, 'for 30 days'],
]

/** How long the credentials that are replaced go on working. */
export function OverlapChoice(props: { what: string; seconds: number; onChange: (seconds: number) => void }) {
  return (
    <Field
      label={`${props.what} will go on working`}
      hint="While both work, whoever uses it can change over without an interruption."
    >
      <select
        value={String(props.seconds)}
        onChange={({ currentTarget }) => props.onChange(Number(currentTarget.value))}
      >
        {options.map(([seconds, text]) => (
          <option key={seconds} value={String(seconds)}>
            {text}
          </option>
        ))}
      </select>
    </Field>
  )
}

export const defaultOverlapSeconds = 86_400
