import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as ids from './ids.ts'

const shapes = {
  createUserID: /^[a-z0-9.-]{1,64}$/,
  createThingID: /^th\.[A-Za-z0-9-]{1,61}$/,
  createGroupID: /^[a-z0-9_.-]{1,30}$/,
  createGroupKey: /^[a-z0-9]{16}$/,
  createObjectID: /^[A-Za-z0-9_.-]{2,36}$/,
  createInstallationID: /^[a-z0-9]{25}$/,
  createRegistrationID: /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/,
  createMqttTopic: /^[A-Za-z0-9]{23}$/,
  createToken: /^[A-Za-z0-9_-]{43}$/,
  createAppID: /^[A-Za-z0-9]{8,36}$/,
  createAppKey: /^[A-Za-z0-9]{8,36}$/,
  createClientID: /^[A-Za-z0-9_-]{8,64}$/,
  createClientSecret: /^[A-Za-z0-9_-]{43}$/,
} as const

test('makes ids of the shapes of the contract, none of them twice (P 1.6)', () => {
  assert.deepEqual(Object.keys(shapes).sort(), Object.keys(ids).sort())
  for (const [name, create] of Object.entries(ids)) {
    const shape = shapes[name as keyof typeof shapes]
    const made = Array.from({ length: 200 }, create)
    for (const id of made) assert.match(id, shape, name)
    assert.equal(new Set(made).size, 200, name)
  }
})

test('draws every letter and digit alike, so that no place is easier to guess', () => {
  const counts = new Map<string, number>()
  const topics = 5_000
  for (let index = 0; index < topics; index += 1) {
    for (const letter of ids.createMqttTopic()) counts.set(letter, (counts.get(letter) ?? 0) + 1)
  }
  assert.equal(counts.size, 62)
  const expected = (topics * 23) / 62
  // Six standard deviations; bytes modulo 62 would be 21 % off.
  for (const [letter, count] of counts)
    assert.ok(Math.abs(count - expected) < expected * 0.14, `${letter}: ${count}`)
})
