import { relayContract } from '../ports/relay.contract.ts'
import { MemoryRelay, MemoryRelayHub } from './relay.ts'

relayContract('memory', async () => {
  const hub = new MemoryRelayHub()
  return [new MemoryRelay(hub), new MemoryRelay(hub)]
})
