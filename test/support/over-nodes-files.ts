import { globSync } from 'node:fs'

/** Whole-system tests that are not run over several nodes, and why. */
const notOverNodes: readonly (readonly [files: RegExp, why: string])[] = [
  [/^test\/nodes\//, 'start nodes of their own'],
  [/^test\/(deployment|load-balancer)\.test/, 'start what they deploy themselves'],
  [/^test\/hostile-/, 'measure what one process bears'],
  [/^test\/(head-unit|server)-day\.test/, 'measure the memory of one process'],
  [
    /^test\/push\/failed-sign-ins\.test/,
    'measures the memory of one process and what it takes from guessers',
  ],
]

/** Those of `files` that are run with three nodes for every Pillion. */
export function chooseFilesOverNodes(files = globSync('test/**/*.test.ts')): string[] {
  return files.filter((file) => file.startsWith('test/') && !notOverNodes.some(([each]) => each.test(file)))
}
