import assert from 'node:assert/strict'
import { test } from 'node:test'
import { formatDay, formatDayAndTime, localTime, vehicleTime } from './vehicle-time.ts'

const at = Date.UTC(2030, 11, 31, 23, 5)

test('the vehicle shows its own time, else that of the machine, in its own zone', () => {
  assert.equal(
    vehicleTime({ timeMs: null, utcOffsetMinutes: 60 }, at).toISOString(),
    '2031-01-01T00:05:00.000Z',
  )
  assert.equal(
    vehicleTime({ timeMs: 0, utcOffsetMinutes: -90 }, at).toISOString(),
    '1969-12-31T22:30:00.000Z',
  )
})

test('notifications are dated DD/MM/YYYY, and DD/MM/YYYY - HH:MM on their page (W 7.4)', () => {
  assert.equal(formatDay(localTime(at, 0)), '31/12/2030')
  assert.equal(formatDay(localTime(at, 60)), '01/01/2031')
  assert.equal(formatDayAndTime(localTime(at, 60)), '01/01/2031 - 00:05')
})
