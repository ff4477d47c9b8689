import assert from 'node:assert/strict'
import { test } from 'node:test'
import { AccountAccess, Accounts } from '@pillion/accounts'
import type { Credentials } from '@pillion/broker'
import { CertificateAuthority, Fleet, FleetAccess } from '@pillion/fleet'
import { PushAccess } from '@pillion/push'
import { openSqlite } from '@pillion/store'
import { accessPolicyContract } from '../../../../packages/broker/src/ports/access-policy.contract.ts'
import { ProductAccess } from './product-access.ts'

const { authority } = await CertificateAuthority.create()

/** A partner `ACME` and an account `gateway`. */
async function openAccess() {
  const store = await openSqlite({ file: ':memory:' })
  const fleet = new Fleet({ store: store.fleet, authority })
  const accounts = await Accounts.open({ store: store.accounts })
  const partner = await fleet.addPartner({ uid: 'ACME' })
  const account = await accounts.add({ name: 'gateway', publish: ['a/#'], subscribe: ['a/#'] })
  const access = new ProductAccess({
    fleet: new FleetAccess({ fleet, store: store.fleet }),
    accounts: new AccountAccess({ accounts }),
    push: new PushAccess({ store: store.push.installations, endpointKey: new Uint8Array(32) }),
  })
  return { fleet, accounts, access, partner, account }
}

function signIn(username: string, password: string): Credentials {
  return {
    clientId: 'c',
    username,
    password: Buffer.from(password),
    certificate: undefined,
    protocolVersion: 5,
    listener: 'mqtt',
    remoteAddress: '127.0.0.1',
  }
}

accessPolicyContract('ProductAccess for an account', async () => {
  const { access, account } = await openAccess()
  return {
    policy: access,
    accepted: { username: 'gateway', password: Buffer.from(account.password) },
    topicName: 'a/b',
    topicFilter: 'a/+',
    refused: { username: 'gateway' },
    refusedTopicName: 'b',
  }
})

test('asks whoever owns the name', async () => {
  const { access, partner, account } = await openAccess()
  const rows = [
    ['ACME', partner.password, 'partner:ACME'],
    ['gateway', account.password, 'account:gateway'],
    ['ACME', account.password, 'password_wrong'],
    ['gateway', partner.password, 'password_wrong'],
    ['nobody', partner.password, 'username_unknown'],
  ] as const
  for (const [username, password, expected] of rows) {
    const decision = await access.connect(signIn(username, password))
    assert.equal('refused' in decision ? decision.reason : decision.identity.key, expected)
  }
})

test('lets a partner have the name of an account that was removed', async () => {
  const { access, accounts, fleet } = await openAccess()
  await accounts.remove('gateway')
  const { password } = await fleet.addPartner({ uid: 'gateway' })
  const decision = await access.connect(signIn('gateway', password))
  assert.equal('identity' in decision && decision.identity.role, 'partner')
})

test('grows its epoch when the fleet changes and when an account does', async () => {
  const { access, accounts, fleet } = await openAccess()
  await fleet.addApp({ idApp: 'news', uid: 'ACME' })
  const first = access.epoch
  fleet.changedElsewhere({})
  const second = access.epoch
  await accounts.grant('gateway', { publish: [], subscribe: [] })
  assert.deepEqual([second > first, access.epoch > second], [true, true])
})
