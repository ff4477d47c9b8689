import { reasonGroups, reasons } from './explain/reasons.ts'

/**
 * docs/reference/reasons.md, which a test keeps equal to this. To write it:
 * `node apps/server/src/reason-reference.ts > docs/reference/reasons.md`.
 */
export function formatReasonReference(): string {
  return [
    intro,
    ...reasonGroups.flatMap(([name, group]) => [
      `## ${name}`,
      '',
      '| Reason | Means | What to do |',
      '| --- | --- | --- |',
      ...group.map(
        (reason) =>
          `| \`${reason}\` | ${escapeCell(reasons[reason].text)} | ${escapeCell(reasons[reason].fix)} |`,
      ),
      '',
    ]),
  ].join('\n')
}

const intro = `# Reasons

Why somebody was turned away, or a message came to nothing. A reason is the same word in the log, in metrics, in
\`pillion trace\`, \`pillion explain\`, the console and receipts, and keeps its meaning for good. Made from
\`apps/server/src/explain/reasons.ts\`.
`

function escapeCell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('$', '\\$').replaceAll('<', '&lt;')
}

if (import.meta.main) process.stdout.write(formatReasonReference())
