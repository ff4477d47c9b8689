import { after, before, describe, test } from 'node:test'
import { apiSurface } from './api-surface.ts'
import { background } from './background.ts'
import { foreground } from './foreground.ts'
import { Garage } from './garage.ts'
import { guidance } from './guidance.ts'
import { lifecycle } from './lifecycle.ts'
import { mailbox } from './mailbox.ts'
import { modes } from './modes.ts'
import { nativePopups } from './native-popups.ts'
import { notifications } from './notifications.ts'
import { popups } from './popups.ts'
import { publish } from './publish.ts'
import { silent } from './silent.ts'
import { twoPeers } from './two-peers.ts'

const families = [
  foreground,
  background,
  popups,
  publish,
  notifications,
  guidance,
  nativePopups,
  lifecycle,
  silent,
  twoPeers,
  apiSurface,
  modes,
  mailbox,
]

let garage: Garage
before(async () => {
  garage = await Garage.open()
})
after(() => garage?.close())

// Two at a time, because one of them waits for 15 s.
describe('small apps, each with its exact log', { concurrency: 2 }, () => {
  for (const family of families) {
    test(family.says, async (t) => {
      const vehicle = await garage.makeVehicle(family)
      t.after(() => vehicle.close())
      await family.use(vehicle)
    })
  }
})
