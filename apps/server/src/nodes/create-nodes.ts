import type { NatsNodes } from '@pillion/relay-nats'
import type { Logger } from 'pino'
import type { Config } from '../config.ts'

/** The other nodes of the deployment, if the configuration names a relay to them. Nothing is connected yet. */
export async function createNodes(
  { relay, limits }: Config,
  node: string,
  log: Logger,
): Promise<NatsNodes | undefined> {
  if (relay.url.length === 0) return undefined
  // A server that is alone starts without a client for NATS.
  const { NatsNodes } = await import('@pillion/relay-nats')
  const { url, deployment, credentialsFile, user, password } = relay
  const tls = withoutEmpty({ caFile: relay.caFile, certFile: relay.certFile, keyFile: relay.keyFile })
  return new NatsNodes({
    servers: url,
    deployment,
    node,
    ...withoutEmpty({ credentialsFile, user, password }),
    ...(Object.keys(tls).length === 0 ? {} : { tls }),
    limits,
    log,
  })
}

/** In the configuration, an empty text stands for none. */
function withoutEmpty<Name extends string>(texts: Record<Name, string>): Partial<Record<Name, string>> {
  return Object.fromEntries(Object.entries(texts).filter(([, text]) => text !== '')) as Partial<
    Record<Name, string>
  >
}
