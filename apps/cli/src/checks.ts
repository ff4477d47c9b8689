import { escapeControls, type Output } from './output.ts'

/** One thing that was looked at. */
export interface Check {
  readonly isPassed: boolean
  /** What was found, one sentence. */
  readonly text: string
  /** Stable code, if there is one. */
  readonly reason?: string
  /** What to do about it. */
  readonly fix?: string
  /** Not as it should be, but it works. */
  readonly isWarning?: boolean
}

/** A line with ✓ or ✗ for each, and what to do below it. */
export function describeChecks(checks: readonly Check[], output: Pick<Output, 'style'>): string {
  return checks.map((check) => describe(check, output)).join('\n')
}

function describe({ isPassed, text, reason, fix, isWarning }: Check, output: Pick<Output, 'style'>): string {
  const mark = isPassed
    ? output.style('green', '✓')
    : isWarning
      ? output.style('yellow', '!')
      : output.style('red', '✗')
  const said = escapeControls(reason === undefined ? text : `${text} (${reason})`)
  return fix === undefined || isPassed ? `${mark} ${said}` : `${mark} ${said}\n  → ${escapeControls(fix)}`
}
