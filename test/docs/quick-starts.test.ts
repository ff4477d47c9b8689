import { describe, test } from 'node:test'
import { runPage } from '../support/page-runner.ts'

const pages = ['partner', 'vehicle-app', 'push', 'operator'].map((name) => `docs/start/${name}.md`)

describe('the quick starts, done as they say', { concurrency: 5 }, () => {
  for (const page of [...pages, 'README.md']) test(page, () => runPage(page))
})
