import { type ListedKey, listConfigKeys } from './config.ts'

/** docs/reference/configuration.md; `npm run docs:write` writes it, `npm run docs:check` compares. */
export function formatConfigReference(): string {
  const sections = Map.groupBy(listConfigKeys(), ({ path }) =>
    path.includes('.') ? path.slice(0, path.indexOf('.')) : '',
  )
  return [intro, ...[...sections].map(([name, keys]) => formatSection(name, keys))].join('\n')
}

const intro = `# Configuration

Made from \`apps/server/src/config.ts\` and \`limits.ts\`; without any of it, a server runs on this machine alone.

A key is written nested in the YAML file that \`pillion serve --config FILE\` reads, or as \`PILLION_SECTION__KEY\` in the
environment (\`listeners.http.port\` is \`PILLION_LISTENERS__HTTP__PORT\`, \`limits.connectionsMax\` is
\`PILLION_LIMITS__CONNECTIONSMAX\`). Flags win over the environment, which wins over the file. A key that does not exist, or a
value it does not take, keeps the server from starting; the message names it.

A server that gets SIGHUP reads file and environment again. What changes with it while everybody stays connected says *reload* in the
last column; the log names the keys that were changed, and those of them that need a *restart*. A configuration that is wrong changes
nothing. Of several nodes each is told by itself.
`

function formatSection(name: string, keys: readonly ListedKey[]): string {
  const heading = name === '' ? '## General' : `## ${name}`
  const rows = keys.map(
    ({ path, default: value, expected, sentence, needsRestart }) =>
      `| \`${path}\` | ${formatDefault(value)} | ${escapeCell(expected)} | ${escapeCell(sentence)} | ${needsRestart ? 'restart' : 'reload'} |`,
  )
  return [
    heading,
    '',
    '| Key | Default | Must be | What for | In force after |',
    '| --- | --- | --- | --- | --- |',
    ...rows,
    '',
  ].join('\n')
}

function formatDefault(value: unknown): string {
  if (value === '' || (Array.isArray(value) && value.length === 0)) return 'none'
  return `\`${value}\``
}

function escapeCell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('$', '\\$')
}

if (import.meta.main) process.stdout.write(formatConfigReference())
