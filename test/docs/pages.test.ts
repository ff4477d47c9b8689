import { after, before, describe, test } from 'node:test'
import { readers } from '../../scripts/docs/readers.ts'
import { type NamedParts, startNamedParts } from '../support/named-parts.ts'
import { Reader } from '../support/page-runner.ts'

describe('the documentation, done as it says', { concurrency: readers.length }, () => {
  let parts: NamedParts
  before(async () => {
    parts = await startNamedParts()
  })
  after(() => parts.stop())

  for (const { start, pages } of readers) {
    describe(`by the reader of ${pages[0]} and ${pages.length - 1} more`, { concurrency: 1 }, () => {
      let reader: Reader
      before(async () => {
        reader = await Reader.open({ start, ...(start === '' ? parts.reader : parts.moved) })
      })
      after(() => reader.end())
      for (const page of pages) test(page, () => reader.read(page))
    })
  }
})
