import assert from 'node:assert/strict'
import { test } from 'node:test'
import { limits } from '@pillion/schema'
import { loadConfig } from './config.ts'
import { defaultLimits, limitKeys } from './limits.ts'

/** Of both ends, by contract (W, P), or of the head unit: no server may set them. The overlap is a request's default, no bound. */
const foreign = [
  'portalPayloadBytesMax',
  'payloadDepthMax',
  'subtopicBytesMax',
  'passwordOverlapSeconds',
  'pendingMax',
  'popupQueueMax',
  'popupDisplaySeconds',
  'promptDisplaySeconds',
  'popupSpacingSeconds',
  'loadTimeoutSeconds',
  'hideGraceMilliseconds',
  'loadedAppsMax',
  'acknowledgementSeconds',
  'heldMessagesMax',
  'keyboardHeldMax',
  'notificationsMax',
  'notificationBytesMax',
  'shutdownNoticeSeconds',
  'receiptCharactersMax',
  'drivingThresholdKmh',
  'routeCalculationSeconds',
  'guidanceWaypointsMax',
  'guidanceLabelCharactersMax',
  'scenarioCharactersMax',
  'scenarioStepsMax',
  'scenarioSpeedMax',
  'appNamesMax',
  'pushPayloadBytesMax',
  'pushRegistrationIDCharactersMax',
  'pushMessageBodyBytesMax',
  'pushBodyBytesMax',
  'pushObjectCharactersMax',
  'pushObjectDepthMax',
  'pushTopicsPerPageMax',
  'pushObjectsPerPageMax',
  'pushPageCharactersMax',
  'pushQueryClausesMax',
  'pushUserFieldsBytesMax',
]

test('every limit of the schema that is the server’s has a key, with the same default', () => {
  for (const [name, value] of Object.entries(limits)) {
    if (foreign.includes(name)) assert.ok(!(name in limitKeys), name)
    else assert.equal(defaultLimits[name as keyof typeof defaultLimits], value, name)
  }
})

test('nothing configured leaves every limit at its default', () => {
  assert.deepEqual(loadConfig({ env: {}, flags: {} }).limits, defaultLimits)
})

for (const [name, { expected }] of Object.entries(limitKeys)) {
  test(`limits.${name} takes ${expected}, and nothing beyond`, () => {
    const [min = Number.NaN, max = Number.NaN] = (expected.match(/\d+/g) ?? []).map(Number)
    const read = (value: unknown) =>
      loadConfig({ env: {}, flags: { [`limits.${name}`]: value } }).limits[name as keyof typeof limitKeys]
    assert.deepEqual([read(min), read(String(max))], [min, max])
    for (const value of [min - 1, max + 1, min + 0.5, '', '1e3', 'many', Number.NaN, null]) {
      assert.throws(() => read(value), { path: `limits.${name}` }, String(value))
    }
  })
}
