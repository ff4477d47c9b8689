/** Pages that one reader does as they say, one after the other; `test/docs/pages.test.ts` has each do so. */
export interface ReaderPages {
  /** What runs all the while in a terminal of its own; empty if the pages start it, on PostgreSQL and NATS. */
  readonly start: string
  readonly pages: readonly string[]
}

/** Pages with shell stand here, or no test runs it: `npm run docs:check` says so. Put those together that do not disturb one another. */
export const readers: readonly ReaderPages[] = [
  {
    start: 'npm start',
    pages: [
      'README.md',
      'docs/start/partner.md',
      'docs/start/vehicle-app.md',
      'docs/start/push.md',
      'docs/guides/head-unit.md',
      'docs/guides/messages.md',
      'docs/guides/credentials.md',
      'docs/reference/rest.md',
    ],
  },
  {
    start: 'npm start',
    pages: [
      'docs/guides/push.md',
      'docs/guides/from-the-original-push.md',
      'docs/guides/vehicle-apps.md',
      'docs/guides/troubleshooting.md',
      'docs/guides/accounts.md',
      'docs/guides/from-the-original-portal.md',
    ],
  },
  {
    start: 'npx pillion serve --data ./pillion-data',
    pages: [
      'docs/start/operator.md',
      'docs/guides/operators.md',
      'docs/guides/operations.md',
      'docs/guides/backup.md',
    ],
  },
  { start: '', pages: ['docs/guides/many-nodes.md'] },
]
