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

/** What goes between nodes most of all. The rest (the page, the SDKs, the command, plain REST) is run so when it is named. */
const eachTime = [
  /^test\/(credentials|ledger-stories|mailbox|push-mqtt-clients|restart|sign-in)\./,
  /^test\/push\/(isolation|mqtt|sending)\./,
]

/** Those of `files` that can be run with three nodes for every Pillion. */
export function chooseFilesOverNodes(files: readonly string[]): string[] {
  return files.filter((file) => file.startsWith('test/') && !notOverNodes.some(([each]) => each.test(file)))
}

/** Those that `npm test` runs so each time. */
export function chooseFilesForEachTime(files: readonly string[]): string[] {
  return chooseFilesOverNodes(files).filter((file) => eachTime.some((each) => each.test(file)))
}
