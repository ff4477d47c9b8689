import { PacedPartner } from './paced-partner.ts'
import type { PortalStarted } from './portal-process.ts'
import { ShownApp } from './shown-app.ts'

/** 24 hours at 1,000 times their speed, in quarters. */
const speed = 1_000
const quarterSeconds = 86_400 / speed / 4
const messagesPerSecond = 10
/** By so much may the last quarter end above the second: what V8 keeps or frees at its own pace. */
const growthBytesMax = 1_000_000

/**
 * A day of the scenario "City trip" in the page itself, with messages to the app on screen: what page and app hold after each
 * quarter, in objects and in elements. Returns whether neither grew between the second and the last.
 */
export async function benchDay(started: PortalStarted, print: (line: string) => void): Promise<boolean> {
  const app = await ShownApp.open(started)
  const partner = await PacedPartner.open(started)
  try {
    await app.playScenario('City trip', speed)
    print(`24 hours of "City trip" at ${speed} times its speed, ${messagesPerSecond} messages a second`)
    const heaps: number[] = []
    for (let quarter = 1; quarter <= 4; quarter++) {
      const sent = await partner.send(messagesPerSecond, Math.round(quarterSeconds))
      const { heapBytes, elements } = await app.readMemory()
      heaps.push(heapBytes)
      const received = (await app.arrivals()).length
      const megabytes = (heapBytes / 1e6).toFixed(2)
      print(
        `  quarter ${quarter}: ${megabytes} MB, ${elements} nodes · ${received} of ${sent.length} received`,
      )
    }
    return (heaps[3] ?? 0) - (heaps[1] ?? 0) <= growthBytesMax
  } finally {
    partner.close()
    await app.close()
  }
}
