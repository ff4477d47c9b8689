import { setTimeout as sleep } from 'node:timers/promises'
import { formatPortalTopic, parseUid, parseVin } from '@pillion/schema'
import { RawMqttClient } from '@pillion/testkit'
import { idApp, type PortalStarted, uid, vin } from './portal-process.ts'
import { now } from './shown-app.ts'

const tickMilliseconds = 1

/** A back end that publishes by the clock, whatever becomes of it. */
export class PacedPartner {
  readonly #client: RawMqttClient
  readonly #topicName: string

  private constructor(client: RawMqttClient, topicName: string) {
    this.#client = client
    this.#topicName = topicName
  }

  static async open({ mqttPort, partnerPassword }: PortalStarted): Promise<PacedPartner> {
    const client = await RawMqttClient.open({ port: mqttPort })
    await client.connect({ username: uid, password: Buffer.from(partnerPassword), keepAliveSeconds: 0 })
    const names = { uid: parseUid(uid), vin: parseVin(vin) }
    if (names.uid === undefined || names.vin === undefined) throw new Error('the names are malformed')
    const topicName = formatPortalTopic({ word: 'to', uid: names.uid, vin: names.vin, subtopic: '' })
    return new PacedPartner(client, topicName)
  }

  /**
   * Sends so many messages a second, numbered from 0. Returns when each was due: a partner that was late itself adds its own
   * delay to what it measures.
   */
  async send(perSecond: number, seconds: number): Promise<number[]> {
    const startedAt = now()
    const due = Array.from({ length: perSecond * seconds }, (_, n) => startedAt + (n / perSecond) * 1_000)
    for (let number = 0; number < due.length; ) {
      for (; (due[number] ?? Number.POSITIVE_INFINITY) <= now(); number++) this.#publish(number)
      await sleep(tickMilliseconds)
    }
    return due
  }

  close(): void {
    this.#client.destroy()
  }

  #publish(number: number): void {
    const message = { idApp, popup: false, content: { number, text: 'Your parking space is free again.' } }
    this.#client.send({
      type: 'publish',
      dup: false,
      qos: 0,
      retain: false,
      topicName: this.#topicName,
      payload: Buffer.from(JSON.stringify(message)),
    })
  }
}
