import { after, before, describe } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { relayContract } from '../../broker/src/ports/relay.contract.ts'
import { type NatsServer, natsIsMissing, startNats } from './nats.fixture.ts'
import { NatsNodes } from './nats-nodes.ts'

describe('over nats-server', { skip: natsIsMissing }, () => {
  let server: NatsServer
  let deployments = 0
  const opened: NatsNodes[] = []
  before(async () => {
    server = await startNats()
  })
  after(async () => {
    await Promise.all(opened.map((nodes) => nodes.close()))
    await server.stop()
  })

  relayContract('NATS', async () => {
    const deployment = `contract-${++deployments}`
    const open = async (node: string) => {
      const nodes = new NatsNodes({
        servers: [server.url],
        deployment,
        node,
        log: { info() {}, warn: (fields, text) => console.log(text, fields) },
      })
      opened.push(nodes)
      await nodes.connect()
      return nodes
    }
    const here = await open('here')
    const there = await open('there')
    while (here.listNodes().length < 2 || there.listNodes().length < 2) await wait(1)
    return [here.relay, there.relay]
  })
})
