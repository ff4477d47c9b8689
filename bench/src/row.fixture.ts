import type { Row } from './sample.ts'

/** A row of a server that did nothing special. */
export function makeRow(changes: Partial<Row>): Row {
  return {
    server: 'pillion',
    size: undefined,
    perSecond: 100,
    slowest: 100,
    fastest: 100,
    lost: 0,
    dropped: {},
    p50Ms: undefined,
    p99Ms: undefined,
    p999Ms: undefined,
    delayMs: undefined,
    serverMicroseconds: undefined,
    generatorMicroseconds: 1,
    costTimesSmallest: undefined,
    serverCores: undefined,
    generatorCores: 0,
    otherCores: 0,
    rssKilobytes: undefined,
    kilobytesPerConnection: undefined,
    connected: undefined,
    synRetransmits: undefined,
    retries: undefined,
    ...changes,
  }
}
