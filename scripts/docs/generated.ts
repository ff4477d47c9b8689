import { fileURLToPath } from 'node:url'

/** Pages that are made from the code: the page below docs/, and the program that prints it. */
export const generatedPages = [
  ['reference/cli.md', 'apps/cli/src/cli-reference.ts'],
  ['reference/configuration.md', 'apps/server/src/config-reference.ts'],
  ['reference/errors.md', 'packages/push/src/error-reference.ts'],
  ['reference/metrics.md', 'apps/server/src/metrics-reference.ts'],
  ['reference/topics.md', 'apps/server/src/asyncapi-reference.ts'],
  ['reference/codes.md', 'apps/server/src/code-reference.ts'],
  ['reference/limits.md', 'apps/server/src/limit-reference.ts'],
  ['reference/mqtt-conformance.md', 'packages/packet/src/conformance/page.ts'],
] as const

export const root = fileURLToPath(new URL('../..', import.meta.url))
export const docsFolder = `${root}docs/`
