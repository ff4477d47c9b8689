import { malformed, protocolError } from './faults.ts'
import { encodeText, textBytes } from './utf8.ts'
import { VARIABLE_BYTE_INTEGER_MAX, variableByteIntegerBytes } from './variable-byte-integer.ts'

/**
 * Puts the data types of section 1.5 one after the other. Packets are written twice: a ByteCounter checks
 * every value and finds the length, a ByteWriter then fills exactly that many bytes.
 */
export interface Writer {
  byte(value: number): void
  uint16(value: number): void
  uint32(value: number): void
  variableByteInteger(value: number): void
  packetId(value: number | undefined): void
  text(value: string): void
  binary(value: Uint8Array): void
  /** The bytes alone, without a length. */
  raw(value: Uint8Array): void
  /** What `write` writes, after its length as a variable byte integer. */
  section(write: (writer: Writer) => void): void
}

export class ByteCounter implements Writer {
  length = 0
  /** Of the sections, in order. */
  readonly sectionLengths: number[] = []

  byte(value: number): void {
    this.#integer(value, 0xff, 1)
  }

  uint16(value: number): void {
    this.#integer(value, 0xff_ff, 2)
  }

  uint32(value: number): void {
    this.#integer(value, 0xff_ff_ff_ff, 4)
  }

  variableByteInteger(value: number): void {
    this.#integer(value, VARIABLE_BYTE_INTEGER_MAX, variableByteIntegerBytes(value))
  }

  packetId(value: number | undefined): void {
    if (value === undefined || value === 0)
      throw protocolError('Packet identifier is missing or 0 [MQTT-2.2.1-3]')
    this.uint16(value)
  }

  text(value: string): void {
    const length = textBytes(value)
    if (length > 0xff_ff) throw malformed('String is longer than 65,535 bytes (1.5.4)')
    this.length += 2 + length
  }

  binary(value: Uint8Array): void {
    if (value.length > 0xff_ff) throw malformed('Binary data is longer than 65,535 bytes (1.5.6)')
    this.length += 2 + value.length
  }

  raw(value: Uint8Array): void {
    this.length += value.length
  }

  section(write: (writer: Writer) => void): void {
    const before = this.length
    write(this)
    const length = this.length - before
    this.sectionLengths.push(length)
    this.variableByteInteger(length)
  }

  #integer(value: number, max: number, bytes: number): void {
    if (!Number.isInteger(value) || value < 0 || value > max) {
      throw malformed(`${value} is not an integer from 0 to ${max} (1.5)`)
    }
    this.length += bytes
  }
}

export class ByteWriter implements Writer {
  readonly bytes: Uint8Array
  readonly #sectionLengths: readonly number[]
  #sections = 0
  #position = 0

  constructor(length: number, sectionLengths: readonly number[]) {
    this.bytes = allocate(length)
    this.#sectionLengths = sectionLengths
  }

  byte(value: number): void {
    this.bytes[this.#position++] = value
  }

  uint16(value: number): void {
    this.bytes[this.#position++] = value >>> 8
    this.bytes[this.#position++] = value
  }

  uint32(value: number): void {
    this.uint16(value >>> 16)
    this.uint16(value)
  }

  variableByteInteger(value: number): void {
    let left = value
    for (; left >= 0x80; left >>>= 7) this.byte(left | 0x80)
    this.byte(left)
  }

  packetId(value: number | undefined): void {
    this.uint16(value as number)
  }

  text(value: string): void {
    const length = encodeText(value, this.bytes, this.#position + 2)
    this.uint16(length)
    this.#position += length
  }

  binary(value: Uint8Array): void {
    this.uint16(value.length)
    this.raw(value)
  }

  raw(value: Uint8Array): void {
    this.bytes.set(value, this.#position)
    this.#position += value.length
  }

  section(write: (writer: Writer) => void): void {
    this.variableByteInteger(this.#sectionLengths[this.#sections++] as number)
    write(this)
  }
}

/** A Uint8Array with memory of its own costs V8 ten times as much as one that fits on its heap (64 bytes) or shares memory. */
const SLAB_BYTES = 8_192
let slab = new ArrayBuffer(SLAB_BYTES)
let slabUsed = 0

function allocate(length: number): Uint8Array {
  if (length <= 64 || length > 1_024) return new Uint8Array(length)
  if (slabUsed + length > SLAB_BYTES) {
    slab = new ArrayBuffer(SLAB_BYTES)
    slabUsed = 0
  }
  slabUsed += length
  return new Uint8Array(slab, slabUsed - length, length)
}
