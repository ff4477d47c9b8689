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

/** About the page and its apps rather than what stands behind them: over several nodes only when they are named. */
const aboutThePage =
  /^test\/(portal-(center|deep|guidance|keyboard|panel|popups|scenario|screen|sign-in|state)|push-(demo|sdk)|small-apps|app-dev)/

/** Those of `files` that can be run with three nodes for every Pillion. */
export function chooseFilesOverNodes(files: readonly string[]): string[] {
  return files.filter((file) => file.startsWith('test/') && !notOverNodes.some(([each]) => each.test(file)))
}

/** Those that `npm test` runs so each time. */
export function chooseFilesForEachTime(files: readonly string[]): string[] {
  return chooseFilesOverNodes(files).filter((file) => !aboutThePage.test(file))
}
