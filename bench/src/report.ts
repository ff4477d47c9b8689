import type { Row, Task } from './sample.ts'
import { compareRows, describeTask, findDoubts, makeTable } from './table.ts'

/** One task on the screen: its table and below it how the servers compare. */
export function formatTask(task: Task, rows: readonly Row[]): string {
  const below = [...compareRows(task, rows), ...findDoubts(task, rows)].map((line) => `  ${line}`)
  return `${[describeTask(task), ...alignTable(makeTable(task.workload, rows)), ...below].join('\n')}\n`
}

function alignTable(lines: readonly string[][]): string[] {
  const widths =
    lines[0]?.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0))) ?? []
  return lines.map((line) => {
    const padded = line.map((cell, column) => {
      const width = widths[column] ?? 0
      return column === 0 ? cell.padEnd(width) : cell.padStart(width)
    })
    return `  ${padded.join('  ')}`
  })
}
