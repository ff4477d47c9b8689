import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type ConnectDecision, type Credentials, openPolicy } from '@pillion/broker'
import { accessPolicyContract } from '../../../../packages/broker/src/ports/access-policy.contract.ts'
import { defaultLimits } from '../limits.ts'
import { GuardedAccess } from './guarded-access.ts'
import { SignInGuard } from './sign-in-guard.ts'

const credentials: Credentials = {
  clientId: 'c',
  username: 'ACME',
  password: Buffer.from('guess'),
  certificate: undefined,
  protocolVersion: 5,
  listener: 'mqtt',
  remoteAddress: '192.0.2.1',
}

function setUp(decide: () => ConnectDecision | Promise<ConnectDecision>) {
  const limits = { ...defaultLimits, signInFailuresPerAddressMax: 3, signInHeldPerAddressMax: 0 }
  const guard = new SignInGuard({ limits, log: { warn: () => {} } as never })
  const policy = { ...openPolicy, epoch: 7, connect: decide }
  return { guard, policy, access: new GuardedAccess(policy, guard) }
}

accessPolicyContract('GuardedAccess', async () => {
  const guard = new SignInGuard({ limits: defaultLimits, log: { warn: () => {} } as never })
  return { policy: new GuardedAccess(openPolicy, guard), accepted: {}, topicName: 'a', topicFilter: 'a' }
})

const counted = [
  'password_wrong',
  'username_unknown',
  'certificate_of_other_identity',
  'certificate_of_unknown_vehicle',
]
const passed = ['credentials_missing', 'certificate_missing', 'too_many_accounts']

for (const reason of [...counted, ...passed]) {
  test(`a refusal because of ${reason} ${counted.includes(reason) ? 'counts as a guess' : 'is no guess'}`, async () => {
    const refusal = { refused: 0x86, reason, text: 'No.' } as const
    const { access, guard } = setUp(() => refusal)
    for (let index = 0; index < 3; index++) assert.equal(await access.connect(credentials), refusal)
    const fourth = await access.connect(credentials)
    if (passed.includes(reason)) return assert.equal(fourth, refusal)
    assert.deepEqual(fourth, {
      refused: 0x9f,
      reason: 'sign_in_rate_exceeded',
      text: 'too many wrong passwords from this address',
      silent: true,
    })
    assert.deepEqual(guard.counts().failures, { [reason]: 3 })
  })
}

test('a policy that cannot answer is no wrong password, and the broker hears of it', async () => {
  const { access } = setUp(() => Promise.reject(new Error('store away')))
  for (let index = 0; index < 10; index++) await assert.rejects(access.connect(credentials), /store away/)
})

test('whoever is let in, and everything after it, is the policy’s own', async () => {
  const decision = { identity: { key: 'k', role: 'partner', name: 'ACME' } }
  const { access, policy } = setUp(() => decision)
  assert.equal(await access.connect(credentials), decision)
  assert.deepEqual(access.publish(decision.identity, 'a'), policy.publish(decision.identity, 'a'))
  assert.deepEqual(access.subscribe(decision.identity, 'a/#'), policy.subscribe(decision.identity, 'a/#'))
  assert.equal(access.epoch, 7)
  policy.epoch = 8
  assert.equal(access.epoch, 8)
})
