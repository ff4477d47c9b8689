import { isIPv4, isIPv6, SocketAddress } from 'node:net'

/** Whom a PROXY header says that a connection comes from. */
export interface Origin {
  readonly address: string
  readonly port: number
  readonly family: 'IPv4' | 'IPv6'
}

export interface ProxyHeader {
  /** Bytes it takes up; the client's own follow. */
  readonly length: number
  /** Absent: the connection is the load balancer's own, such as a health check. */
  readonly origin: Origin | undefined
}

/** HAProxy, "The PROXY protocol", section 2.1: the longest line of version 1, its end included. */
const LINE_BYTES_MAX = 107
const LINE_START = Buffer.from('PROXY ')
/** Section 2.2: begins what cannot be the start of anything else. */
const SIGNATURE = Buffer.from('\r\n\r\n\0\r\nQUIT\n', 'latin1')
const FIXED_BYTES = 16

/**
 * Reads the PROXY header, version 1 or 2, that `bytes` begin with.
 * @param bytesMax of a header of version 2
 * @returns undefined while it is not complete
 * @throws {Error} what comes is none, at the first byte that shows it
 */
export function parseProxyHeader(bytes: Buffer, bytesMax: number): ProxyHeader | undefined {
  if (startsAlike(bytes, LINE_START)) return parseLine(bytes)
  if (startsAlike(bytes, SIGNATURE)) return parseBinary(bytes, bytesMax)
  throw new Error('there is no PROXY header')
}

/** As far as both go. */
function startsAlike(bytes: Buffer, expected: Buffer): boolean {
  const length = Math.min(bytes.length, expected.length)
  return bytes.subarray(0, length).equals(expected.subarray(0, length))
}

function parseLine(bytes: Buffer): ProxyHeader | undefined {
  const end = bytes.subarray(0, LINE_BYTES_MAX).indexOf('\r\n')
  if (end === -1) {
    if (bytes.length >= LINE_BYTES_MAX) throw new Error('the PROXY line has no end')
    return undefined
  }
  const length = end + 2
  const line = bytes.toString('latin1', 0, end)
  // "The receiver must ignore anything presented before the CRLF is found": the sender does not know either.
  if (/^PROXY UNKNOWN( |$)/.test(line)) return { length, origin: undefined }
  const fields = /^PROXY (TCP4|TCP6) ([^ ]+) ([^ ]+) (0|[1-9]\d{0,4}) (0|[1-9]\d{0,4})$/.exec(line)
  if (fields === null) throw new Error('the PROXY line is malformed')
  const [, protocol, source = '', destination = '', sourcePort, destinationPort] = fields
  const isAddress = protocol === 'TCP4' ? isIPv4 : isIPv6Alone
  const isGood = isAddress(source) && isAddress(destination)
  if (!isGood || Number(sourcePort) > 65_535 || Number(destinationPort) > 65_535)
    throw new Error('the PROXY line is malformed')
  const family = protocol === 'TCP4' ? 'IPv4' : 'IPv6'
  return { length, origin: makeOrigin(source, Number(sourcePort), family) }
}

/** `isIPv6` takes a zone too, which means something to the sender only. */
function isIPv6Alone(text: string): boolean {
  return isIPv6(text) && !text.includes('%')
}

const families = {
  0: { name: 'unspecified', addressBytes: 0 },
  17: { name: 'IPv4', addressBytes: 12 },
  33: { name: 'IPv6', addressBytes: 36 },
  49: { name: 'unix', addressBytes: 216 },
} as const

function parseBinary(bytes: Buffer, bytesMax: number): ProxyHeader | undefined {
  const [command, kind] = [bytes[12], bytes[13]]
  if (command !== undefined && command !== 0x20 && command !== 0x21)
    throw new Error('the PROXY header has an unknown version or command')
  const family = families[kind as keyof typeof families]
  const isLocal = command === 0x20
  if (kind !== undefined && family === undefined && !isLocal)
    throw new Error('the PROXY header has an unknown family or is not about TCP')
  if (bytes.length < FIXED_BYTES) return undefined
  const length = FIXED_BYTES + bytes.readUInt16BE(14)
  if (length > bytesMax) throw new Error('the PROXY header is too long')
  const addressBytes = isLocal ? 0 : (family?.addressBytes ?? 0)
  if (length < FIXED_BYTES + addressBytes) throw new Error('the PROXY header is too short')
  if (bytes.length < length) return undefined
  if (isLocal || family?.name === 'unspecified') return { length, origin: undefined }
  skipExtensions(bytes.subarray(FIXED_BYTES + addressBytes, length))
  // A UNIX socket of the load balancer's machine says nothing about where the client is.
  if (family === undefined || family.name === 'unix') return { length, origin: undefined }
  return { length, origin: readOrigin(bytes, family.name) }
}

/** They say nothing we need, but they must be what they claim to be. */
function skipExtensions(bytes: Buffer): void {
  let at = 0
  while (at + 3 <= bytes.length) at += 3 + bytes.readUInt16BE(at + 1)
  if (at !== bytes.length) throw new Error('the PROXY header has a malformed extension')
}

function readOrigin(bytes: Buffer, family: Origin['family']): Origin {
  if (family === 'IPv4') return makeOrigin(bytes.subarray(16, 20).join('.'), bytes.readUInt16BE(24), family)
  const groups = Array.from({ length: 8 }, (_, index) => bytes.readUInt16BE(16 + 2 * index).toString(16))
  return makeOrigin(groups.join(':'), bytes.readUInt16BE(48), family)
}

/** The address in the spelling that Node gives those of sockets. */
function makeOrigin(address: string, port: number, family: Origin['family']): Origin {
  const { address: plain } = new SocketAddress({ address, family: family === 'IPv4' ? 'ipv4' : 'ipv6' })
  return { address: plain, port, family }
}
