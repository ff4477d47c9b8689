import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ask, startTestServer } from '../../server.fixture.ts'
import { documentedOperations } from './operations.ts'

interface Operation {
  summary?: string
  responses: Record<string, unknown>
}

const server = await startTestServer()

async function readDocument(): Promise<Record<string, Record<string, Operation>>> {
  const { status, body } = await ask(server, '/docs/rest/admin/json')
  assert.equal(status, 200)
  return (JSON.parse(body.toString()) as { paths: Record<string, Record<string, Operation>> }).paths
}

test('documents every request of operators and partners, and none that is not there', async () => {
  const paths = await readDocument()
  const served = Object.entries(paths).flatMap(([path, operations]) =>
    Object.keys(operations).map(
      (method) => `${method.toUpperCase()} ${path.replaceAll(/\{(\w+)\}/g, ':$1')}`,
    ),
  )
  assert.deepEqual(served.sort(), Object.keys(documentedOperations).sort(), 'see operations.ts')
})

test('says of each what it does, and how it fails', async () => {
  for (const [path, operations] of Object.entries(await readDocument())) {
    for (const [method, { summary, responses }] of Object.entries(operations)) {
      assert.match(`${summary}`, /^[A-Z]/, `${method} ${path}`)
      assert.deepEqual(responses.default, { $ref: '#/components/responses/problem' }, `${method} ${path}`)
    }
  }
})

test('shows it as a page that loads nothing from elsewhere', async () => {
  for (const path of ['/docs/rest/admin', '/docs/rest/admin/static/swagger-ui-bundle.js']) {
    const { status, headers } = await ask(server, path)
    assert.equal(status, 200, path)
    assert.match(`${headers['content-security-policy']}`, /default-src 'self'/)
  }
})
