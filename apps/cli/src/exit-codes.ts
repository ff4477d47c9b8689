/** What a finished command tells the shell. A number keeps its meaning for good. */
export const exitCodes = {
  ok: 0,
  failed: 1,
  usage: 2,
  noServer: 3,
  refused: 4,
  access: 5,
  interrupted: 130,
} as const

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes]

const meanings: [ExitCode, string, string][] = [
  [exitCodes.ok, 'ok', 'It is done.'],
  [exitCodes.failed, 'failed', 'Something unexpected; the message says what.'],
  [
    exitCodes.usage,
    'usage',
    'The command line, a file it names or the configuration is wrong; nothing was done.',
  ],
  [exitCodes.noServer, 'no server', 'No server is running there, or it does not answer.'],
  [exitCodes.refused, 'refused', 'The server said no: not found, exists already, malformed.'],
  [exitCodes.access, 'access', 'The admin token is missing, unreadable or wrong.'],
  [
    exitCodes.interrupted,
    'interrupted',
    'Ctrl-C (of `serve`: a second one) ended it before it had finished.',
  ],
]

/** The text of `pillion help exit-codes`. */
export function describeExitCodes(): string {
  const lines = meanings.map(
    ([code, name, text]) => `  ${String(code).padStart(3)}  ${name.padEnd(11)}  ${text}`,
  )
  return [
    'What a command tells the shell when it ends:',
    '',
    ...lines,
    '',
    '`pillion send` also ends with 0 when no head unit was connected: most servers keep the message for a',
    'while. Scripts that must know read `routedTo` and `keptSeconds` from its --json output. `pillion push',
    'send` does not wait for delivery; `pillion push listen` shows it.',
    '',
    '`pillion app check` ends with 1 when it has found an error, and with 0 when there are only warnings.',
    '',
    'With --json an error is one line of JSON on stderr: {"error":{"exitCode":…,"code":"…","message":"…"}}.',
  ].join('\n')
}
