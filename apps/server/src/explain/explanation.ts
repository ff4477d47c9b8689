import type { Explanation } from '@pillion/schema'
import { findReason, type Reason, reasons } from './reasons.ts'

export type Step = Explanation['steps'][number]

export function passed(text: string): Step {
  return { isPassed: true, text }
}

/** Sentence and fix are those of the reason unless they can be said better. */
export function failed(reason: Reason, { text, fix }: { text?: string; fix?: string } = {}): Step {
  return { isPassed: false, reason, text: text ?? reasons[reason].text, fix: fix ?? reasons[reason].fix }
}

/** A refusal as a policy gave it. */
export function refused({ reason, text }: { reason: string; text: string }, fix?: string): Step {
  const known = fix ?? findReason(reason)?.fix
  return { isPassed: false, reason, text, ...(known === undefined ? {} : { fix: known }) }
}

/** It is a yes if nothing stands against it; else the first that does is the answer. */
export function conclude(steps: Step[], yes: string): Explanation {
  const against = steps.find(({ isPassed }) => !isPassed)
  return { isYes: against === undefined, answer: against?.text ?? yes, steps }
}
