/**
 * What travels between two nodes in bytes, all numbers little-endian. Every frame begins with its kind and the
 * incarnation that sends it:
 *
 *   kind u8 · from 16 characters · stream u32 · session u32
 *   batch:  … · base f64 · first f64 · count u32 · the messages (`messages.ts`)
 *   ack:    … · expected f64
 *   resync: … · expected f64
 *
 * The first byte of a word is `{`, which is no kind.
 */
export const frameKinds = { batch: 1, ack: 2, resync: 3 } as const

export const INCARNATION_CHARACTERS = 16
const STREAM = 1 + INCARNATION_CHARACTERS
const SESSION = STREAM + 4
const EXPECTED = SESSION + 4
const BASE = SESSION + 4
const FIRST = BASE + 8
const COUNT = FIRST + 8
export const BATCH_HEADER_BYTES = COUNT + 4
const SHORT_FRAME_BYTES = EXPECTED + 8

export interface BatchHeader {
  readonly stream: number
  readonly session: number
  /** The lowest number that is still sent; what was before it and has not come will not come. */
  readonly base: number
  /** Number of the first message in it. */
  readonly first: number
  readonly count: number
}

/** An acknowledgement, or the wish to be sent everything from `expected` on under a new session. */
export interface Answer {
  readonly stream: number
  readonly session: number
  readonly expected: number
}

export function readFrom(frame: Buffer): string {
  return frame.toString('latin1', 1, STREAM)
}

export function writeBatchHeader(frame: Buffer, from: string, header: BatchHeader): void {
  writeHead(frame, frameKinds.batch, from, header)
  frame.writeDoubleLE(header.base, BASE)
  frame.writeDoubleLE(header.first, FIRST)
  frame.writeUInt32LE(header.count, COUNT)
}

export function readBatchHeader(frame: Buffer): BatchHeader {
  return {
    stream: frame.readUInt32LE(STREAM),
    session: frame.readUInt32LE(SESSION),
    base: frame.readDoubleLE(BASE),
    first: frame.readDoubleLE(FIRST),
    count: frame.readUInt32LE(COUNT),
  }
}

export function encodeAnswer(kind: 'ack' | 'resync', from: string, answer: Answer): Buffer {
  const frame = Buffer.allocUnsafe(SHORT_FRAME_BYTES)
  writeHead(frame, frameKinds[kind], from, answer)
  frame.writeDoubleLE(answer.expected, EXPECTED)
  return frame
}

export function readAnswer(frame: Buffer): Answer {
  return {
    stream: frame.readUInt32LE(STREAM),
    session: frame.readUInt32LE(SESSION),
    expected: frame.readDoubleLE(EXPECTED),
  }
}

function writeHead(frame: Buffer, kind: number, from: string, head: { stream: number; session: number }) {
  frame[0] = kind
  frame.write(from, 1, INCARNATION_CHARACTERS, 'latin1')
  frame.writeUInt32LE(head.stream, STREAM)
  frame.writeUInt32LE(head.session, SESSION)
}
