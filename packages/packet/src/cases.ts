/**
 * The table of packets and their bytes, legal and malformed, that decoder, encoder, fuzzers, benches and the
 * tests of other packages read, and what damages them.
 */
export { packetCases } from './cases/good.ts'
export { malformedCases } from './cases/malformed.ts'
export { refusedCases } from './cases/refused.ts'
export type { MalformedCase, PacketCase, RefusedCase } from './cases/row.ts'
export { createRandom, damagePacket, pick, type Random } from './random.ts'
