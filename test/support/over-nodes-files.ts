import { globSync } from 'node:fs'

/** Files of whole-system tests that are not run over several nodes, and why. */
const notOverNodes: Readonly<Record<string, string>> = {}

/** The whole-system tests that are run with three nodes for every Pillion. */
export function listFilesOverNodes(): string[] {
  return globSync('test/**/*.test.ts')
    .sort()
    .filter((file) => !(file in notOverNodes))
}
