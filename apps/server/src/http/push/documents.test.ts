import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ask, startTestServer } from '../../server.fixture.ts'

interface Operation {
  summary?: string
  tags?: string[]
  responses: Record<string, unknown>
}

const server = await startTestServer()

test('documents every request of P, with what it does and answers', async () => {
  const { status, body } = await ask(server, '/openapi.json')
  assert.equal(status, 200)
  assert.ok(!/\(P \d/.test(body.toString()), 'nobody out there has P')
  const { paths } = JSON.parse(body.toString()) as { paths: Record<string, Record<string, Operation>> }
  for (const path of [
    '/api/oauth2/token',
    '/api/apps/{appID}/users/{user}/password',
    '/api/apps/{appID}/installations/{installation}/mqtt-endpoint',
    '/api/apps/{appID}/things/{thing}/topics/{topic}/push/messages',
    '/api/apps/{appID}/groups/{group}/buckets/{bucket}/objects/{object}/acl/{verb}/{subject}',
  ])
    assert.ok(paths[path] !== undefined, path)
  for (const [path, operations] of Object.entries(paths)) {
    for (const [method, { summary, tags, responses }] of Object.entries(operations)) {
      const where = `${method} ${path}`
      assert.match(`${summary}`, /^[A-Z]/, where)
      if (method === 'head') assert.notEqual(summary, operations.get?.summary, where)
      assert.equal(tags?.length, 1, where)
      assert.ok(responses['200'] ?? responses['201'] ?? responses['204'], where)
      assert.deepEqual(responses.default, { $ref: '#/components/responses/error' }, where)
    }
  }
})

test('shows the documentation as a page that loads nothing from elsewhere', async () => {
  for (const path of ['/docs/rest/push', '/docs/rest/push/', '/docs/rest/push/static/swagger-ui-bundle.js']) {
    const { status, headers } = await ask(server, path)
    assert.equal(status, 200, path)
    assert.match(`${headers['content-security-policy']}`, /default-src 'self';.*frame-ancestors 'none'/)
  }
})
