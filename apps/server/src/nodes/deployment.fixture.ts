import { randomBytes } from 'node:crypto'
import pg from 'pg'
import type { ListenerName } from '../config.ts'

/** What all tests of a run share; `test/support/over-nodes.ts` starts it and passes it on in `PILLION_TEST_PARTS`. */
export interface SharedParts {
  /** Of a PostgreSQL on 127.0.0.1 with a database `template` that has our tables, and their owner `role`. */
  readonly postgres: { readonly port: number; readonly template: string; readonly role: string }
  readonly nats: { readonly urls: readonly string[]; readonly user: string; readonly password: string }
}

/** How many nodes make one Pillion in this run of the tests. */
export const nodesInTests = Number(process.env.PILLION_TEST_NODES ?? 1)

/** Which of three nodes a test finds behind each listener, so that those who meet in a test are on different ones. */
export const nodeOfListener: Readonly<Record<ListenerName, 0 | 1 | 2>> = {
  mqtt: 0,
  mqtts: 2,
  partners: 2,
  http: 1,
  https: 2,
}

/** Connections to PostgreSQL for each node: there are many nodes. */
const poolMax = 4

/** What the nodes of one Pillion have in common: a new database, and a name of its own on NATS. */
export interface Deployment {
  /** Of `loadConfig`. */
  readonly flags: Readonly<Record<string, string | number | readonly string[]>>
  /** The nodes are stopped by then, or will be soon. */
  remove(): Promise<void>
}

export async function addDeployment(): Promise<Deployment> {
  const { postgres, nats } = readParts()
  const name = `pillion_${randomBytes(6).toString('hex')}`
  await execute(postgres, `create database ${name} template ${postgres.template} owner ${postgres.role}`)
  return {
    flags: {
      'database.url': `postgres://${postgres.role}@127.0.0.1:${postgres.port}/${name}`,
      'database.poolMax': poolMax,
      'relay.url': nats.urls,
      'relay.user': nats.user,
      'relay.password': nats.password,
      'relay.deployment': name,
    },
    remove: () => execute(postgres, `drop database if exists ${name} with (force)`),
  }
}

function readParts(): SharedParts {
  const text = process.env.PILLION_TEST_PARTS
  if (text === undefined)
    throw new Error('Tests over several nodes are started by `node test/support/over-nodes.ts FILE…`.')
  return JSON.parse(text) as SharedParts
}

async function execute({ port }: SharedParts['postgres'], text: string): Promise<void> {
  const client = new pg.Client(`postgres://postgres@127.0.0.1:${port}/postgres`)
  await client.connect()
  try {
    await client.query(text)
  } finally {
    await client.end()
  }
}
