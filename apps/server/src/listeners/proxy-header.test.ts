import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { parseProxyHeader } from './proxy-header.ts'

const BYTES_MAX = 4_096
const parse = (bytes: Buffer) => parseProxyHeader(bytes, BYTES_MAX)
const latin1 = (text: string) => Buffer.from(text, 'latin1')

/** Version 2: command and family in hex, then what follows the length. */
function binary(kind: string, rest: string | Buffer, length?: number): Buffer {
  const body = typeof rest === 'string' ? Buffer.from(rest, 'hex') : rest
  const head = Buffer.concat([latin1('\r\n\r\n\0\r\nQUIT\n'), Buffer.from(kind, 'hex'), Buffer.alloc(2)])
  head.writeUInt16BE(length ?? body.length, 14)
  return Buffer.concat([head, body])
}

const ipv4 = 'c6336401cb007102d431075b'
const ipv6 = `20010db8${'00'.repeat(11)}0720010db8${'00'.repeat(11)}01d431075b`

const good: [name: string, bytes: Buffer, origin: string | undefined][] = [
  [
    'a line with IPv4',
    latin1('PROXY TCP4 198.51.100.1 203.0.113.2 54321 1883\r\n'),
    '198.51.100.1 54321 IPv4',
  ],
  ['a line with IPv6', latin1('PROXY TCP6 2001:DB8:0::7 2001:db8::1 0 65535\r\n'), '2001:db8::7 0 IPv6'],
  [
    'the longest line',
    latin1(`PROXY UNKNOWN ${'f'.repeat(39)} ${'f'.repeat(39)} 65535 65535\r\n`),
    undefined,
  ],
  ['a line that does not know', latin1('PROXY UNKNOWN\r\n'), undefined],
  ['a line that does not know, with more in it', latin1('PROXY UNKNOWN a b\0c\r\n'), undefined],
  ['version 2 with IPv4', binary('2111', ipv4), '198.51.100.1 54321 IPv4'],
  ['version 2 with IPv6', binary('2121', ipv6), '2001:db8::7 54321 IPv6'],
  ['version 2 with extensions', binary('2111', `${ipv4}0100026832040000`), '198.51.100.1 54321 IPv4'],
  ['version 2 of the load balancer itself', binary('2000', ''), undefined],
  ['version 2 of the load balancer itself, with an address', binary('2011', ipv4), undefined],
  ['version 2 of the load balancer itself, with what nobody knows', binary('20ff', 'abcd'), undefined],
  ['version 2 without a family', binary('2100', 'abcd'), undefined],
  ['version 2 from a UNIX socket', binary('2131', Buffer.alloc(216, 'x')), undefined],
  ['version 2 of the length that is the limit', binary('2100', Buffer.alloc(BYTES_MAX - 16)), undefined],
]

const bad: [name: string, bytes: Buffer][] = [
  ['MQTT', Buffer.from('101000044d515454', 'hex')],
  ['TLS', Buffer.from('160301', 'hex')],
  ['HTTP', latin1('GET / HTTP/1.1\r\n')],
  ['HTTP that begins alike', latin1('PROPFIND / HTTP/1.1\r\n')],
  ['lower case', latin1('proxy TCP4 1.2.3.4 1.2.3.4 1 1\r\n')],
  ['another protocol', latin1('PROXY UDP4 1.2.3.4 1.2.3.4 1 1\r\n')],
  ['two spaces', latin1('PROXY TCP4  1.2.3.4 1.2.3.4 1 1\r\n')],
  ['a space at the end', latin1('PROXY TCP4 1.2.3.4 1.2.3.4 1 1 \r\n')],
  ['a missing port', latin1('PROXY TCP4 1.2.3.4 1.2.3.4 1\r\n')],
  ['a port beyond 65535', latin1('PROXY TCP4 1.2.3.4 1.2.3.4 65536 1\r\n')],
  ['a port with a leading zero', latin1('PROXY TCP4 1.2.3.4 1.2.3.4 01 1\r\n')],
  ['a negative port', latin1('PROXY TCP4 1.2.3.4 1.2.3.4 -1 1\r\n')],
  ['IPv6 as IPv4', latin1('PROXY TCP4 ::1 1.2.3.4 1 1\r\n')],
  ['IPv4 as IPv6', latin1('PROXY TCP6 1.2.3.4 ::1 1 1\r\n')],
  ['an address with a zone', latin1('PROXY TCP6 fe80::1%eth0 ::1 1 1\r\n')],
  ['an address with too many parts', latin1('PROXY TCP4 1.2.3.4.5 1.2.3.4 1 1\r\n')],
  ['a host name', latin1('PROXY TCP4 localhost 1.2.3.4 1 1\r\n')],
  ['UNKNOWN with a tail', latin1('PROXY UNKNOWNX\r\n')],
  ['a line without end', latin1('PROXY UNKNOWN '.padEnd(107, 'x'))],
  ['a line that is one byte too long', latin1(`${'PROXY UNKNOWN '.padEnd(106, 'x')}\r\n`)],
  ['version 1 in the form of version 2', binary('1111', ipv4)],
  ['version 3', binary('3111', ipv4)],
  ['an unknown command', binary('2211', ipv4)],
  ['an unknown family', binary('2141', ipv4)],
  ['UDP', binary('2112', ipv4)],
  ['a missing transport', binary('2110', ipv4)],
  ['a length too short for its addresses', binary('2111', ipv4, 11)],
  ['a length beyond the limit', binary('2111', ipv4, BYTES_MAX - 15)],
  ['an extension that is longer than the header', binary('2111', `${ipv4}010003aabb`)],
  ['an extension that is cut', binary('2111', `${ipv4}0100`)],
]

describe('a PROXY header', () => {
  for (const [name, bytes, origin] of good) {
    it(`is read: ${name}`, () => {
      const header = parse(Buffer.concat([bytes, latin1('PROXY and the client')]))
      assert.equal(header?.length, bytes.length)
      assert.equal(header?.origin && Object.values(header.origin).join(' '), origin)
    })

    it(`is waited for, byte by byte: ${name}`, () => {
      for (let length = 0; length < bytes.length; length++)
        assert.equal(parse(bytes.subarray(0, length)), undefined)
      assert.equal(parse(bytes)?.length, bytes.length)
    })
  }

  for (const [name, bytes] of bad) {
    it(`is refused: ${name}`, () => assert.throws(() => parse(bytes), /PROXY/))
  }

  it('is never guessed: more bytes never take back that one was complete, or that there was none', () => {
    const seeds = [...good, ...bad].map(([, bytes]) => bytes)
    const changed = fc
      .tuple(fc.constantFrom(...seeds), fc.array(fc.tuple(fc.nat(300), fc.nat(255)), { maxLength: 3 }))
      .map(([seed, changes]) => {
        const bytes = Buffer.concat([seed, Buffer.alloc(20)])
        for (const [at, value] of changes) bytes[at % bytes.length] = value
        return bytes
      })
    const verdict = (bytes: Buffer) => {
      try {
        return parse(bytes)
      } catch (error) {
        assert.match((error as Error).message, /PROXY/)
        return 'none'
      }
    }
    fc.assert(
      fc.property(fc.oneof(changed, fc.uint8Array().map(Buffer.from)), (bytes) => {
        let settled: unknown
        for (let length = 0; length <= bytes.length; length++) {
          const now = verdict(bytes.subarray(0, length))
          if (settled !== undefined) assert.deepEqual(now, settled)
          else if (now !== undefined && now !== 'none') assert.equal(now.length, length)
          settled = now
        }
      }),
      { numRuns: 2_000 },
    )
  })
})
