/**
 * Pillion in a process of its own, for the push benches: takes one job, makes an app with its receivers, and answers with what
 * their clients need. On 'delay' it says for how long its event loop was held up at most since it was last asked.
 */
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { DatabaseSync } from 'node:sqlite'
import { startServer } from '@pillion/server'
import { loadQuietConfig } from '../servers/quiet-config.ts'
import { installationID, mqttTopic, topicID, userID } from './receivers.ts'

export interface PushJob {
  readonly dataFolder: string
  /** Users with an MQTT installation each, all subscribed to the app's topic. */
  readonly receivers: number
}

export interface PushStarted {
  readonly httpPort: number
  readonly mqttPort: number
  readonly app: { appID: string; appKey: string; clientID: string; clientSecret: string }
}

process.once('disconnect', () => process.exit())
process.once('message', async ({ dataFolder, receivers }: PushJob) => {
  const config = loadQuietConfig(dataFolder, {
    'limits.pushWritesPerAppMax': 10_000_000,
    'limits.pushWritesPerPrincipalMax': 10_000_000,
  })
  const server = await startServer({ config })
  process.once('SIGTERM', async () => {
    await server.close()
    process.exit()
  })
  const app = await addApp(server.httpUrl, server.adminToken)
  populate(join(dataFolder, 'pillion.db'), app.appID, receivers)
  const delay = monitorEventLoopDelay({ resolution: 1 })
  delay.enable()
  process.on('message', () => {
    process.send?.({ delayMs: delay.max / 1e6 })
    delay.reset()
  })
  const portOf = (name: string) =>
    Number(
      server.listeners
        .find((listener) => listener.name === name)
        ?.address.split(':')
        .at(-1),
    )
  const started: PushStarted = { httpPort: portOf('http'), mqttPort: portOf('mqtt'), app }
  process.send?.(started)
})

async function addApp(url: string, adminToken: string): Promise<PushStarted['app']> {
  const response = await fetch(`${url}/admin/v1/push-apps`, {
    method: 'POST',
    headers: { authorization: `Bearer ${adminToken}`, 'content-type': 'application/json' },
    body: JSON.stringify({ appID: 'pushbench' }),
  })
  if (!response.ok) throw new Error(`adding an app was answered with ${response.status}`)
  return (await response.json()) as PushStarted['app']
}

/** Straight into the tables: a hundred thousand registrations would take longer than everything that is measured. */
function populate(file: string, appID: string, receivers: number): void {
  const database = new DatabaseSync(file, { timeout: 5_000 })
  database.exec('begin immediate')
  const { key } = database
    .prepare(
      `insert into push_target (app_id, scope, kind, name, creator, access_list, created_at, objects)
       values (?, '', 'topic', ?, null, '{}', 0, 0) returning key`,
    )
    .get(appID, topicID) as { key: number }
  const installation = database.prepare(
    `insert into push_installation
       (installation_id, app_id, registration_id, device_type, is_development, subject, mqtt_topic, ready_at, created_at)
     values (?, ?, ?, 'MQTT', 0, ?, ?, 0, 0)`,
  )
  const user = database.prepare(
    `insert into push_user (app_id, user_id, fields, is_disabled, created_at, number, modified_at)
     values (?, ?, '{}', 0, 0, ?, 0)`,
  )
  const subscription = database.prepare(
    'insert into push_subscription (target_key, app_id, subject, rests_on_right) values (?, ?, ?, 1)',
  )
  for (let index = 0; index < receivers; index++) {
    const subject = `user:${userID(index)}`
    user.run(appID, userID(index), index + 1)
    installation.run(installationID(index), appID, `bench-${index}`, subject, mqttTopic(index))
    subscription.run(key, appID, subject)
  }
  database.exec('commit')
  database.close()
}
