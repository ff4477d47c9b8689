import type { RunningServer } from '@pillion/server'

/** Where data is kept, what other nodes there are, and where a browser goes. */
export function describeMode({ mode, node, config, httpUrl }: RunningServer): string[] {
  const database = mode.database === '' ? 'SQLite in the data directory' : mode.database
  const relay =
    mode.relay === '' ? 'alone' : `with the others of “${config.relay.deployment}” by ${mode.relay}`
  const level = config.ledger.level
  return [
    '',
    `  Node ${node}, ${relay}; database: ${database}; ledger: ${level}${level === 'off' ? '' : ' (pillion trace)'}.`,
    ...(httpUrl === ''
      ? []
      : [`  Console: ${httpUrl}/console/   Documentation: ${httpUrl}/docs/   Figures: ${httpUrl}/metrics`]),
  ]
}
