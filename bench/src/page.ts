import { formatMachine, type Machine } from './machine.ts'
import type { Result } from './result.ts'
import { compareRows, describeTask, findDoubts, makeTable } from './table.ts'

/** The results of one run of the bench as a page of the documentation. */
export function formatPage(machine: Machine, results: readonly Result[]): string {
  return `${[
    '# Benchmarks',
    `Written by \`npm run bench -- --page\`, not by hand. What the workloads and the columns mean, and why they are so, is in [bench/README.md](../../bench/README.md). Servers and load generator shared one machine; every number is the median of several runs in turns, as many as each heading says. Pillion checks identities and access, the others at most a password.`,
    formatMachine(machine),
    ...formatBars(results),
    ...results.flatMap(formatResult),
  ].join('\n\n')}\n`
}

function formatBars(results: readonly Result[]): string[] {
  const lines = results.flatMap(({ bars }) =>
    bars.map(({ passed, text }) => `| ${passed ? 'yes' : 'no'} | ${text} |`),
  )
  return lines.length === 0 ? [] : ['## Bars', ['| passed | |', '| --- | --- |', ...lines].join('\n')]
}

function formatResult({ task, runs, rows, faults }: Result): string[] {
  const [titles = [], ...lines] = makeTable(task.workload, rows)
  const rule = titles.map((_, column) => (column === 0 ? '---' : '---:'))
  const below = [...compareRows(task, rows), ...findDoubts(task, rows), ...faults].map((line) => `- ${line}`)
  return [
    `## ${describeTask(task)}, ${runs} runs`,
    [titles, rule, ...lines].map((cells) => `| ${cells.join(' | ')} |`).join('\n'),
    ...(below.length > 0 ? [below.join('\n')] : []),
  ]
}
