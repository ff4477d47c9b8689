import { type ExitCode, exitCodes } from './exit-codes.ts'

/** What ends a command early: one sentence for a person, with the next step in it, and what the shell is told. */
export class CliError extends Error {
  override readonly name = 'CliError'
  readonly exitCode: ExitCode
  /** Stable and upper case; the server's own code where the server refused. */
  readonly code: string

  constructor(message: string, options: { exitCode: ExitCode; code: string; cause?: unknown }) {
    super(message, { cause: options.cause })
    this.exitCode = options.exitCode
    this.code = options.code
  }
}

export function usageError(message: string): CliError {
  return new CliError(message, { exitCode: exitCodes.usage, code: 'USAGE' })
}

export function failure(message: string, cause?: unknown): CliError {
  return new CliError(message, { exitCode: exitCodes.failed, code: 'FAILED', cause })
}

/** The text of whatever was thrown. */
export function describeError(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

/** The code of a system error, such as ENOENT; of its nearest cause if it has none itself. */
export function systemCode(error: unknown): string | undefined {
  for (let at = error; at instanceof Error; at = at.cause) {
    if ('code' in at && typeof at.code === 'string') return at.code
  }
  return undefined
}
