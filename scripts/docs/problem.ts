/** Something in the documentation that is not so. */
export interface Problem {
  /** From the root of the repository. */
  readonly file: string
  /** From 1. */
  readonly line: number
  readonly what: string
  /** What may have been meant. */
  readonly nearest?: string | undefined
}

export function formatProblem({ file, line, what, nearest }: Problem): string {
  return `${file}:${line}: ${what}${nearest === undefined ? '' : `; did you mean ${nearest}?`}`
}
