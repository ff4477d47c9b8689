import assert from 'node:assert/strict'
import { TestClient } from '../fixtures/test-client.ts'

/** A pair that goes on talking while others misbehave: whatever becomes of them, it misses nothing and gets nothing else. */
export class Bystander {
  readonly #sender: TestClient
  readonly #receiver: TestClient
  #sent = 0

  private constructor(sender: TestClient, receiver: TestClient) {
    this.#sender = sender
    this.#receiver = receiver
  }

  static async open(broker: { port: number }): Promise<Bystander> {
    const receiver = await TestClient.connect({ ...broker, clientId: 'bystander-receiver' })
    await receiver.subscribe('bystander/#')
    const sender = await TestClient.connect({ ...broker, clientId: 'bystander-sender' })
    return new Bystander(sender, receiver)
  }

  /** One message there and back. */
  async checkUndisturbed(): Promise<void> {
    const text = `${this.#sent++}`
    this.#sender.publish('bystander/talk', text)
    assert.deepEqual(await this.#receiver.nextMessages(1), [`bystander/talk ${text}`])
  }
}
