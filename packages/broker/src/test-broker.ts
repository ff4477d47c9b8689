import net from 'node:net'
import type { TestContext } from 'node:test'
import { Broker, type BrokerOptions } from './broker.ts'
import { openPolicy } from './open-policy.ts'

/** For tests: a broker on a free loopback port, open to anyone unless told otherwise, and the lines it logged. */
export async function serve(options: Partial<BrokerOptions> = {}) {
  const lines: string[] = []
  const log = (fields: object, text: string) => void lines.push(`${JSON.stringify(fields)} ${text}`)
  const broker = new Broker({ policy: openPolicy, log: { info: log, warn: log }, ...options })
  await broker.open()
  const server = net.createServer((socket) => broker.attachSocket(socket, 'mqtt'))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as net.AddressInfo
  const close = async () => {
    server.close()
    await broker.close()
  }
  return { broker, port, lines, close }
}

/** The same, closed when the test is over, however that ends. */
export async function serveFor(test: TestContext, options: Partial<BrokerOptions> = {}) {
  const broker = await serve(options)
  test.after(broker.close)
  return broker
}
