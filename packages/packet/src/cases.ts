/**
 * The table of packets and their bytes, legal and malformed, that decoder, encoder, fuzzer, benches and the
 * tests of other packages read.
 */
export { packetCases } from './cases/good.ts'
export { malformedCases } from './cases/malformed.ts'
export { refusedCases } from './cases/refused.ts'
export type { MalformedCase, PacketCase, RefusedCase } from './cases/row.ts'
