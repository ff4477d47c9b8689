import assert from 'node:assert/strict'
import { test } from 'node:test'
import { guessAppId } from './guess-app-id.ts'

const names: [fileName: string, idApp: string][] = [
  ['app_acme-parking-v1.2.3_20250131.tar.gz', 'acme-parking'],
  ['app_acme_parking_v1.2.3_20250131.tar.gz', 'acme_parking'],
  ['appweather-v1.0.0_20250131.tar.gz', 'weather'],
  ['weather-1.0.0.zip', 'weather'],
  ['weather.tgz', 'weather'],
  ['weather (2).zip', 'weather'],
]
for (const [fileName, idApp] of names) {
  test(`${fileName} is offered for ${idApp} (W 11.1)`, () => {
    assert.equal(guessAppId(fileName), idApp)
  })
}
