import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { malformedCases, packetCases } from './cases.ts'
import { decode, MqttError, reasonCodes } from './index.ts'

describe('decode', () => {
  for (const { name, versions, bytes, packet } of packetCases) {
    for (const version of versions) {
      test(`takes: ${name} (version ${version})`, () => {
        const given = packet.type === 'connect' ? undefined : version
        assert.deepEqual(decode(bytes, 0, bytes.length, given), packet)
      })
    }
  }

  for (const { name, versions, bytes, code, clause } of malformedCases) {
    for (const version of versions) {
      test(`refuses: ${name} ${clause} (version ${version})`, () => {
        assert.throws(
          () => decode(bytes, 0, bytes.length, version),
          (error) =>
            error instanceof MqttError &&
            error.reasonCode === reasonCodes[code] &&
            error.message.includes(clause),
        )
      })
    }
  }

  test('reads nothing outside start and end', () => {
    for (const { versions, bytes, packet } of packetCases) {
      const framed = new Uint8Array(bytes.length + 8).fill(0xff)
      framed.set(bytes, 4)
      assert.deepEqual(decode(framed, 4, 4 + bytes.length, versions[0]), packet)
    }
  })

  test('takes a Buffer as it takes a Uint8Array', () => {
    for (const { versions, bytes, packet } of packetCases) {
      const buffer = Buffer.concat([Buffer.from('xx'), bytes]).subarray(2)
      assert.deepEqual(plain(decode(buffer, 0, buffer.length, versions[0])), packet)
    }
  })

  test('gives payloads as views of the input', () => {
    const bytes = Buffer.from('3004000161ff', 'hex')
    const packet = decode(bytes, 0, bytes.length, 4)
    assert.equal(packet.type === 'publish' && packet.payload.buffer, bytes.buffer)
  })

  test('takes nothing but a CONNECT while the version is unknown [MQTT-3.1.0-1]', () => {
    const refusals = packetCases.filter(({ packet }) => packet.type !== 'connect')
    assert.ok(refusals.length > 50)
    for (const { bytes } of refusals) {
      assert.throws(() => decode(bytes, 0, bytes.length, undefined), { message: /\[MQTT-3\.1\.0-1\]/ })
    }
  })

  test('lets a CONNECT bring its own version, whatever the connection had', () => {
    for (const { bytes, packet } of packetCases) {
      if (packet.type !== 'connect') continue
      for (const version of [3, 4, 5] as const) {
        assert.deepEqual(decode(bytes, 0, bytes.length, version), packet)
      }
    }
  })

  test('refuses every packet that is cut short, in every version', () => {
    for (const { name, versions, bytes } of packetCases) {
      if (bytes.length > 300) continue
      for (let end = 0; end < bytes.length; end++) {
        assert.throws(
          () => decode(bytes, 0, end, versions[0]),
          { name: 'MqttError' },
          `${name}, ${end} bytes`,
        )
      }
    }
  })
})

describe('the fuzzer of decode', () => {
  for (const seed of [undefined, '1']) {
    test(`finds nothing in 20,000 random and damaged packets of ${seed === undefined ? 'a new seed' : 'one seed'}`, (t) => {
      const { status, stdout, stderr } = fuzz(
        '--cases',
        '20000',
        ...(seed === undefined ? [] : ['--seed', seed]),
      )
      assert.equal(status, 0, stdout + stderr)
      t.diagnostic(stdout.split('\n')[0] as string)
      const [, accepted, refused] = stdout.match(/(\d+) accepted, (\d+) refused/) ?? []
      assert.ok(Number(accepted) > 1_000 && Number(refused) > 1_000, stdout)
    })
  }

  test('gives the same cases for the same seed', () => {
    const first = fuzz('--cases', '500', '--seed', '7')
    assert.equal(first.status, 0, first.stdout)
    assert.match(first.stdout, /^seed 7$/m)
    assert.equal(fuzz('--cases', '500', '--seed', '7').stdout, first.stdout)
    const other = fuzz('--cases', '500', '--seed', '8').stdout
    assert.notEqual(other.split('\n')[1], first.stdout.split('\n')[1])
  })

  test('ends when it is told', () => {
    const { status, stdout } = fuzz('--seconds', '0.2')
    assert.equal(status, 0, stdout)
    assert.match(stdout, /[1-9]\d* refused/)
  })

  test('finds the canary, a decoder with a broken check', () => {
    const { status, stdout } = fuzz('--cases', '5000', '--canary')
    assert.equal(status, 1, stdout)
    assert.match(stdout, /accepted the first byte/)
  })
})

function fuzz(...args: string[]) {
  const file = fileURLToPath(new URL('decoder.fuzz.ts', import.meta.url))
  return spawnSync(process.execPath, [file, ...args], { encoding: 'utf8' })
}

/** Buffers as plain Uint8Arrays, for comparison: deepEqual tells their prototypes apart. */
function plain(value: unknown): unknown {
  if (value instanceof Uint8Array) return Uint8Array.from(value)
  if (Array.isArray(value)) return value.map(plain)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, plain(each)]))
}
