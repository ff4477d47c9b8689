import { malformed, protocolError } from './faults.ts'
import { decodeText } from './utf8.ts'
import { readVariableByteInteger, variableByteIntegerBytes } from './variable-byte-integer.ts'

/** What a packet is while its fields are still being filled in. */
export type Unfinished<T> = { -readonly [K in keyof T]: T[K] }

/** Takes the data types of section 1.5 off the front of bytes[position, end); every method throws MALFORMED_PACKET rather than go past `end`. */
export class Reader {
  readonly bytes: Uint8Array
  readonly end: number
  position: number

  constructor(bytes: Uint8Array, start: number, end: number) {
    this.bytes = bytes
    this.position = start
    this.end = end
  }

  get remaining(): number {
    return this.end - this.position
  }

  byte(): number {
    return this.bytes[this.#take(1)] as number
  }

  uint16(): number {
    const position = this.#take(2)
    return ((this.bytes[position] as number) << 8) | (this.bytes[position + 1] as number)
  }

  uint32(): number {
    return this.uint16() * 0x1_00_00 + this.uint16()
  }

  variableByteInteger(): number {
    const value = readVariableByteInteger(this.bytes, this.position, this.end)
    if (value < 0) throw pastEnd()
    this.position += variableByteIntegerBytes(value)
    return value
  }

  text(): string {
    const length = this.uint16()
    const start = this.#take(length)
    return decodeText(this.bytes, start, this.position)
  }

  /** A view of the input, not a copy. */
  binary(): Uint8Array {
    const length = this.uint16()
    const start = this.#take(length)
    return this.bytes.subarray(start, this.position)
  }

  packetId(): number {
    const packetId = this.uint16()
    if (packetId === 0) throw protocolError('Packet identifier is 0 [MQTT-2.2.1-3]')
    return packetId
  }

  /** Everything up to `end`: a view of the input, not a copy. */
  rest(): Uint8Array {
    const start = this.#take(this.remaining)
    return this.bytes.subarray(start, this.end)
  }

  /** A reader for the next `length` bytes, which this one skips. */
  section(length: number): Reader {
    const start = this.#take(length)
    return new Reader(this.bytes, start, this.position)
  }

  #take(length: number): number {
    const start = this.position
    if (length > this.end - start) throw pastEnd()
    this.position = start + length
    return start
  }
}

function pastEnd() {
  return malformed('A field goes past the end of its packet or property section (2.1.4)')
}
