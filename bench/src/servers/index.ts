import { AedesServer } from './aedes.ts'
import { MosquittoServer } from './mosquitto.ts'
import { NatsServer } from './nats.ts'
import { PillionServer } from './pillion.ts'
import { RelayServer } from './relay.ts'
import type { Server, ServerName } from './server.ts'

export const makeServer: Record<ServerName, () => Server> = {
  pillion: () => new PillionServer('product'),
  'pillion-open': () => new PillionServer('open'),
  mosquitto: () => new MosquittoServer(),
  nats: () => new NatsServer(),
  aedes: () => new AedesServer(),
  relay: () => new RelayServer(),
}
