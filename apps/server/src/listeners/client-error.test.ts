import assert from 'node:assert/strict'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { test } from 'node:test'
import { ask, portOf, startTestServer } from '../server.fixture.ts'

const server = await startTestServer()

test('headers that are too large are answered with what throws the cookies away and asks again', async () => {
  const answer = await ask(server, '/portal/', { headers: { cookie: `a=${'x'.repeat(20_000)}` } })
  assert.equal(answer.status, 431)
  assert.equal(answer.headers['clear-site-data'], '"cookies"')
  assert.match(answer.body.toString(), /http-equiv="refresh"/)
})

test('what is no HTTP is answered with 400 and the connection closed', async () => {
  const socket = connect(portOf(server, 'http'), '127.0.0.1')
  socket.write('nonsense\r\n\r\n')
  const answer = await text(socket)
  assert.match(answer, /^HTTP\/1\.1 400 Bad Request\r\n/)
  assert.doesNotMatch(answer, /clear-site-data/i)
})
