import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { AppView, HostView } from '@pillion/host'
import { pageTitle } from './page-title.ts'

const title = (change: Partial<HostView>) =>
  pageTitle({
    vin: '0123456789ABCDEFG',
    unread: 0,
    module: 'web',
    app: undefined,
    apps: [],
    ...change,
  } as HostView)

test('a tab is named after its vehicle, what is new there, and what is on its screen', () => {
  assert.equal(title({}), '0123456789ABCDEFG · Apps · Pillion')
  assert.equal(title({ unread: 2, module: 'navigation' }), '(2) 0123456789ABCDEFG · Navigation · Pillion')
  const apps = [{ idApp: 'a', name: 'Weather' } as AppView]
  assert.equal(title({ app: 'a', apps }), '0123456789ABCDEFG · Weather · Pillion')
})
