import { accessPolicyContract } from '../../broker/src/ports/access-policy.contract.ts'
import { root, seedFleet, uid, vin } from './fleet.fixture.ts'

accessPolicyContract('FleetAccess for a partner', async () => {
  const { access, partnerPassword } = await seedFleet()
  return {
    policy: access,
    accepted: { username: uid, password: Buffer.from(partnerPassword) },
    topicName: `${root}/to/uid/${uid}/opa/${vin}`,
    topicFilter: `${root}/from/uid/${uid}/opa/#`,
    refused: { username: uid, password: Buffer.from('wrong') },
    refusedTopicName: `${root}/to/uid/OTHERUID/opa/${vin}`,
  }
})

accessPolicyContract('FleetAccess for a vehicle', async () => {
  const { access, vehiclePassword } = await seedFleet()
  return {
    policy: access,
    accepted: { username: vin, password: Buffer.from(vehiclePassword) },
    topicName: `${root}/from/uid/${uid}/opa/${vin}/`,
    topicFilter: `${root}/to/uid/+/opa/${vin}/#`,
    refused: { username: vin },
    refusedTopicName: `${root}/from/uid/${uid}/opa/VF300000000000001`,
  }
})
