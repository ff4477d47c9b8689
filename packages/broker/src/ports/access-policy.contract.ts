import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { AccessPolicy, Credentials, Identity } from './access-policy.ts'

/** One policy with an identity that it accepts and what that identity may do. */
export interface AccessPolicySample {
  readonly policy: AccessPolicy
  readonly accepted: Partial<Credentials>
  /** A topic name it may publish, and a filter it may subscribe. */
  readonly topicName: string
  readonly topicFilter: string
  /** Credentials to refuse, and what the accepted identity may not publish; absent where everything is allowed. */
  readonly refused?: Partial<Credentials>
  readonly refusedTopicName?: string
}

/** What every `AccessPolicy` must do. */
export function accessPolicyContract(name: string, open: () => Promise<AccessPolicySample>): void {
  describe(`AccessPolicy: ${name}`, () => {
    it('gives an accepted identity a key, the same at each sign-in', async () => {
      const sample = await open()
      const first = await signIn(sample)
      const second = await signIn(sample)
      assert.notEqual(first.key, '')
      assert.equal(first.key, second.key)
    })

    it('answers alike when asked twice, at once the second time, at an unchanged epoch', async () => {
      const sample = await open()
      const identity = await signIn(sample)
      const first = await sample.policy.publish(identity, sample.topicName)
      const epoch = sample.policy.epoch
      const second = sample.policy.publish(identity, sample.topicName)
      assert.ok(!(second instanceof Promise), 'a topic name decided before needs no waiting')
      assert.deepEqual(second, first)
      assert.equal(sample.policy.epoch, epoch)
    })

    it('presents what its filter matches under names that are stable', async () => {
      const sample = await open()
      const identity = await signIn(sample)
      const grant = await sample.policy.subscribe(identity, sample.topicFilter)
      assert.ok(!('refused' in grant), JSON.stringify(grant))
      const topic = grant.filter.replaceAll('+', 'x').replace('#', 'x')
      assert.equal(grant.present?.(topic), grant.present?.(topic))
    })

    it('refuses with a code, a stable reason in snake_case and a sentence', async () => {
      const sample = await open()
      if (sample.refused !== undefined) {
        checkRefusal(await sample.policy.connect(complete(sample.refused)))
      }
      if (sample.refusedTopicName !== undefined) {
        checkRefusal(await sample.policy.publish(await signIn(sample), sample.refusedTopicName))
      }
    })
  })
}

function checkRefusal(decision: object): void {
  assert.ok('refused' in decision && 'reason' in decision && 'text' in decision, JSON.stringify(decision))
  assert.ok(Number(decision.refused) >= 0x80)
  assert.match(String(decision.reason), /^[a-z0-9_]+$/)
  assert.match(String(decision.text), /^[A-Z].*\.$/)
}

async function signIn({ policy, accepted }: AccessPolicySample): Promise<Identity> {
  const decision = await policy.connect(complete(accepted))
  assert.ok('identity' in decision, JSON.stringify(decision))
  return decision.identity
}

function complete(credentials: Partial<Credentials>): Credentials {
  return {
    clientId: 'client',
    username: undefined,
    password: undefined,
    certificate: undefined,
    protocolVersion: 5,
    listener: 'mqtt',
    remoteAddress: '127.0.0.1',
    ...credentials,
  }
}
