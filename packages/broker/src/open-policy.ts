import { reasonCodes } from '@pillion/packet'
import type { AccessPolicy } from './ports/access-policy.ts'

/** Anyone may do anything, except publish below `$`: for laboratories and benchmarks. One identity for all, so client ids are shared as on any plain broker. */
export const openPolicy: AccessPolicy = {
  epoch: 0,
  connect: ({ username }) => ({
    identity: { key: 'open', role: 'open', name: username ?? '', everybody: true },
  }),
  publish: (_, topicName) =>
    topicName.startsWith('$')
      ? {
          refused: reasonCodes.NOT_AUTHORIZED,
          reason: 'topic_reserved',
          text: 'Topics that begin with $ are the server’s own.',
        }
      : { topic: topicName, payloadBytesMax: Infinity, mayRetain: true },
  subscribe: (_, topicFilter) => ({ filter: topicFilter, form: '', mayShare: true }),
}
