/**
 * Memory for what TCP sockets receive, used again turn by turn of the event loop. An ArrayBuffer for each read would be
 * garbage by the next turn: under a flood its collection took a third of the time, and 64 MiB of it lay about.
 *
 * So received bytes are only good until the end of the turn, when the writer has written all that was collected. Whoever
 * keeps any longer copies them; a write that the kernel has not finished pins them.
 */

const SLAB_BYTES = 65_536
const SPARE_SLABS_MAX = 64
/** When nothing is ever written, because everything is dropped, nobody else ends the turn. */
const SLABS_PER_TURN = 32

export interface ReadSlab {
  readonly bytes: Buffer
  used: number
  /** Writes under way that still need it. */
  pins: number
  /** Is its turn over, so that the last pin gives it back? */
  isOver: boolean
}

/** On the memory itself, so that any view of it tells. */
const owner = Symbol('slab')

let current = createSlab()
/** Full ones of this turn. */
let full: ReadSlab[] = []
const spare: ReadSlab[] = []
let isTurnOver = false

/** A copy of the first so many bytes of `source`. */
export function copyIn(source: Buffer, bytes: number): Buffer {
  if (isTurnOver) beginTurn()
  if (current.used + bytes > SLAB_BYTES) {
    full.push(current)
    if (full.length === SLABS_PER_TURN) setImmediate(endReadTurn)
    current = spare.pop() ?? createSlab()
  }
  const start = current.used
  current.used += bytes
  source.copy(current.bytes, start, 0, bytes)
  return current.bytes.subarray(start, current.used)
}

/** Called in the phase of the event loop after that in which sockets are read; what was received so far may be overwritten by the next read. */
export function endReadTurn(): void {
  isTurnOver = true
}

function beginTurn(): void {
  isTurnOver = false
  for (const slab of full) giveBack(slab)
  full = []
  if (current.pins > 0) {
    giveBack(current)
    current = spare.pop() ?? createSlab()
  } else current.used = 0
}

function giveBack(slab: ReadSlab): void {
  slab.isOver = slab.pins > 0
  if (slab.isOver || spare.length >= SPARE_SLABS_MAX) return
  slab.used = 0
  spare.push(slab)
}

/** Keeps what these chunks point to as it is; undefined if none of it is ours. */
export function pinSlabs(chunks: readonly Uint8Array[]): ReadSlab[] | undefined {
  let slabs: ReadSlab[] | undefined
  for (const chunk of chunks) {
    const slab = slabOf(chunk)
    if (slab === undefined) continue
    slab.pins++
    slabs ??= []
    slabs.push(slab)
  }
  return slabs
}

export function unpinSlabs(slabs: readonly ReadSlab[]): void {
  for (const slab of slabs) {
    slab.pins--
    if (slab.pins === 0 && slab.isOver) giveBack(slab)
  }
}

/** For transports that keep what they are given for longer: a copy of what is ours. */
export function keepable(chunk: Uint8Array): Uint8Array {
  return slabOf(chunk) === undefined ? chunk : Buffer.from(chunk)
}

function slabOf({ buffer }: Uint8Array): ReadSlab | undefined {
  return (buffer as { [owner]?: ReadSlab })[owner]
}

function createSlab(): ReadSlab {
  const slab = { bytes: Buffer.allocUnsafeSlow(SLAB_BYTES), used: 0, pins: 0, isOver: false }
  ;(slab.bytes.buffer as { [owner]?: ReadSlab })[owner] = slab
  return slab
}
