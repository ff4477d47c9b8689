import { createInterface } from 'node:readline/promises'
import { usageError } from './cli-error.ts'
import type { Output } from './output.ts'

/**
 * Says what will happen, and goes on only if that is meant: with `--yes`, or asked for on a terminal. Elsewhere, nobody could
 * answer.
 */
export async function confirm(
  output: Output,
  consequence: string,
  options: { yes?: boolean },
): Promise<void> {
  if (options.yes === true) return
  if (process.stdin.isTTY !== true || process.stderr.isTTY !== true)
    throw usageError(`${consequence} Add --yes if you mean it.`)
  output.notice(consequence)
  const question = createInterface({ input: process.stdin, output: process.stderr })
  const answer = await question.question('Go on? (yes/no) ')
  question.close()
  if (!/^y(es)?$/i.test(answer.trim())) throw usageError('Nothing was changed.')
}
