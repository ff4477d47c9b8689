import assert from 'node:assert/strict'
import { after, describe, it } from 'node:test'
import {
  type Packet,
  type ProtocolVersion,
  reasonCodes,
  remainingLength,
  remainingLengthBytes,
} from '@pillion/packet'
import { type MalformedCase, malformedCases } from '@pillion/packet/cases'
import { serve } from '../fixtures/test-broker.ts'
import { TestClient } from '../fixtures/test-client.ts'
import { Bystander } from './bystander.ts'
import { protocols } from './protocols.ts'

const CONNECT = 1

/** What is not one whole packet is no row for a stream: it would wait for the rest, or take it for the next packet. */
const rows = malformedCases.filter(({ bytes }) => {
  try {
    const length = remainingLength(bytes, 0, bytes.length)
    return length >= 0 && 1 + remainingLengthBytes(length) + length === bytes.length
  } catch {
    return true
  }
})

const isConnect = ({ bytes }: MalformedCase) => (bytes[0] as number) >> 4 === CONNECT

const broker = await serve()
const bystander = await Bystander.open(broker)
after(() => broker.close())

describe('a CONNECT that breaks a rule ends the connection [MQTT-3.1.4-1]: in 3.x without an answer, unless it is about the version [3.1.1:MQTT-3.1.4-1]; never with DISCONNECT [MQTT-3.14.0-1]', () => {
  for (const row of rows.filter(isConnect)) {
    forEachVersion(row, async () => {
      const version = claims5(row) ? 5 : 4
      const client = await TestClient.open({ ...broker, version })
      client.raw.sendBytes(row.bytes)
      await client.untilClosed()
      const codes = (await rest(client)).map((packet) => packet.type === 'connack' && packet.reasonCode)
      const unsupported = row.code === 'UNSUPPORTED_PROTOCOL_VERSION' ? [1] : []
      assert.deepEqual(codes, version === 5 ? [reasonCodes[row.code]] : unsupported)
    })
  }

  /** MQTT at level 5 or later: who sends that can read an answer of version 5. The upper bit marks a bridge, at whatever level. */
  function claims5({ bytes }: MalformedCase): boolean {
    return Buffer.from(bytes).toString('latin1', 2, 8) === '\0\x04MQTT' && ((bytes[8] as number) & 0x7f) >= 5
  }
})

describe('a packet that breaks a rule ends the connection, in 5 with a DISCONNECT that says why [MQTT-4.13.1-1] [3.1.1:MQTT-4.8.0-1]', () => {
  for (const row of rows.filter((each) => !isConnect(each))) {
    forEachVersion(row, async (version) => {
      const client = await TestClient.connect({ ...broker, version, clientId: 'malformed' })
      client.raw.sendBytes(row.bytes)
      await client.untilClosed()
      const codes = (await rest(client)).map((packet) => packet.type === 'disconnect' && packet.reasonCode)
      assert.deepEqual(codes, version === 5 ? [reasonCodes[row.code]] : [])
    })
  }
})

it('the table has rows of every kind', () => assert.ok(rows.length > 200, `${rows.length} rows`))

function forEachVersion(row: MalformedCase, check: (version: ProtocolVersion) => Promise<void>): void {
  for (const { version, name } of protocols) {
    if (!row.versions.includes(version)) continue
    it(`${row.name} ${row.clause}, in ${name}`, async () => {
      await check(version)
      await bystander.checkUndisturbed()
    })
  }
}

/** What had come before the connection closed. */
async function rest({ raw }: TestClient): Promise<Packet[]> {
  const packets: Packet[] = []
  for (;;) {
    try {
      packets.push(await raw.next(1))
    } catch (error) {
      assert.equal((error as Error).message, 'The connection closed.')
      return packets
    }
  }
}
