/**
 * Throws random and damaged packets at `decode`, which may answer with a sound packet or an MqttError only.
 *
 *   node packages/packet/src/decoder.fuzz.ts [--cases N] [--seconds N] [--seed N] [--canary]
 *
 * 100,000 cases unless told otherwise; with `--seconds` as many as there is time for. The seed is printed; the same
 * seed gives the same cases. Exit code 1 and the bytes on a finding. `--canary` breaks a check of the decoder on purpose:
 * it must end with a finding, or the fuzzer is blind.
 */
import { isDeepStrictEqual, parseArgs } from 'node:util'
import { malformedCases, packetCases } from './cases.ts'
import { decode, encode, MqttError, type Packet, type ProtocolVersion } from './index.ts'
import { createRandom, damagePacket, pick, type Random } from './random.ts'

type Decode = typeof decode
type Version = ProtocolVersion | undefined

interface FuzzCase {
  readonly bytes: Uint8Array
  readonly version: Version
}

interface Outcome {
  accepted: number
  refused: number
  finding?: string
}

const versions: readonly Version[] = [3, 4, 5, undefined]
const material = [...packetCases, ...malformedCases].filter(({ bytes }) => bytes.length < 300)

if (import.meta.main) main()

function main(): void {
  const { values } = parseArgs({
    options: {
      seed: { type: 'string' },
      cases: { type: 'string' },
      seconds: { type: 'string' },
      canary: { type: 'boolean', default: false },
    },
  })
  const seed = Number(values.seed ?? Math.floor(Math.random() * 2 ** 32))
  const seconds = Number(values.seconds ?? Infinity)
  const cases = Number(values.cases ?? (values.seconds === undefined ? 100_000 : Infinity))
  console.log(`seed ${seed}`)
  const { accepted, refused, finding } = fuzz(values.canary ? decodeAnyFlags : decode, cases, seconds, seed)
  console.log(`${accepted} accepted, ${refused} refused`)
  if (finding === undefined) return
  console.log(finding)
  process.exitCode = 1
}

/** Ends at the first finding. */
function fuzz(decodePacket: Decode, cases: number, seconds: number, seed: number): Outcome {
  const random = createRandom(seed)
  const outcome: Outcome = { accepted: 0, refused: 0 }
  const end = performance.now() + seconds * 1_000
  for (let run = 0; run < cases && performance.now() < end; run++) {
    const { bytes, version } = random(20) === 0 ? randomPacket(random) : damagedPacket(random)
    const problem = tryOne(decodePacket, bytes, version, outcome)
    if (problem === undefined) continue
    outcome.finding = `version ${version}, bytes ${Buffer.from(bytes).toString('hex')}: ${problem}`
    break
  }
  return outcome
}

function tryOne(
  decodePacket: Decode,
  bytes: Uint8Array,
  version: Version,
  outcome: Outcome,
): string | undefined {
  let packet: Packet
  try {
    packet = decodePacket(bytes, 0, bytes.length, version)
  } catch (error) {
    outcome.refused++
    return error instanceof MqttError ? undefined : `threw ${error instanceof Error ? error.stack : error}`
  }
  outcome.accepted++
  try {
    return unsoundness(packet, bytes, version ?? 5)
  } catch (error) {
    return `accepted what encode or decode then refuse: ${error}`
  }
}

/** What is wrong with a packet that was accepted; found without the decoder's own checks. */
function unsoundness(packet: Packet, bytes: Uint8Array, version: ProtocolVersion): string | undefined {
  const firstByte = (bytes[0] as number).toString(16)
  if (!/^(10|20|3[0-5a-d]|40|50|62|70|82|90|a2|b0|c0|d0|e0|f0)$/.test(firstByte)) {
    if (version !== 3 || !/^(6a|8a|aa)$/.test(firstByte)) return `accepted the first byte ${firstByte}`
  }
  if (texts(packet).some((text) => text.includes('\0') || !text.isWellFormed()))
    return 'accepted an ill-formed text'
  const written = encode(packet, version)
  if (written.length > bytes.length) return 'encode needs more bytes than came'
  const again = decode(written, 0, written.length, version)
  if (!isDeepStrictEqual(again, packet)) return 'encode and decode give another packet'
  return undefined
}

function texts(value: unknown): string[] {
  if (typeof value === 'string') return [value]
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return []
  return Object.values(value).flatMap(texts)
}

/** A decoder whose check of the reserved flags is broken: it sees them as they ought to be. */
function decodeAnyFlags(
  bytes: Uint8Array,
  start: number,
  end: number,
  version: ProtocolVersion | undefined,
): Packet {
  const mended = Uint8Array.from(bytes)
  const type = (bytes[start] ?? 0) >> 4
  if (type !== 3) mended[start] = (type << 4) | (type === 6 || type === 8 || type === 10 ? 2 : 0)
  return decode(mended, start, end, version)
}

function randomPacket(random: Random): FuzzCase {
  return { bytes: Uint8Array.from({ length: random(30) }, () => random(256)), version: versions[random(4)] }
}

function damagedPacket(random: Random): FuzzCase {
  const origin = pick(material, random)
  const bytes = damagePacket(origin.bytes, material, random)
  const version = random(4) === 0 ? versions[random(4)] : pick(origin.versions, random)
  return { bytes, version }
}
