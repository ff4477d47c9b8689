import { openPolicy } from './open-policy.ts'
import { accessPolicyContract } from './ports/access-policy.contract.ts'

accessPolicyContract('open', async () => ({
  policy: openPolicy,
  accepted: {},
  topicName: 'a/b',
  topicFilter: 'a/#',
  refusedTopicName: '$SYS/broker',
}))
