import type {
  DeviceType,
  InstallationKey,
  InstallationRecord,
  InstallationStore,
  StoredEndpoint,
  Subject,
} from '@pillion/push'
import { type Kysely, type Selectable, sql, type Transaction } from 'kysely'
import type { Database } from '../database.ts'
import type { GroupCommit } from '../group-commit.ts'
import { lock } from '../lock.ts'
import { transact } from '../transact.ts'
import { selectIsDisabled } from './is-disabled.ts'
import type { PushInstallationTable } from './push-database.ts'

export class KyselyInstallationStore implements InstallationStore {
  readonly #db: Kysely<Database>
  readonly #writes: GroupCommit

  constructor(db: Kysely<Database>, writes: GroupCommit) {
    this.#db = db
    this.#writes = writes
  }

  putInstallation(
    installation: InstallationRecord,
    { otherTypesMax }: { otherTypesMax: number },
  ): Promise<InstallationRecord | 'full'> {
    return this.#writes.write(async (db) => {
      await lock(db, 'installations', installation.appID, installation.subject)
      const existing = await findExisting(db, installation)
      const isNewOther = installation.deviceType !== 'MQTT' && existing?.subject !== installation.subject
      if (isNewOther && (await countOtherTypes(db, installation)) >= otherTypesMax) return 'full'
      const row =
        existing === undefined
          ? await insertInstallation(db, installation)
          : await db
              .updateTable('push_installation')
              .set({
                is_development: installation.isDevelopment ? 1 : 0,
                subject: installation.subject,
              })
              .where('installation_id', '=', existing.installation_id)
              .returningAll()
              .executeTakeFirstOrThrow()
      return toInstallation(row)
    })
  }

  async findInstallation(appID: string, key: InstallationKey): Promise<InstallationRecord | undefined> {
    const query = this.#db.selectFrom('push_installation').where('app_id', '=', appID).selectAll()
    const row = await ('installationID' in key
      ? query.where('installation_id', '=', key.installationID)
      : query.where('device_type', '=', key.deviceType).where('registration_id', '=', key.registrationID)
    ).executeTakeFirst()
    return row && toInstallation(row)
  }

  async findByMqttTopic(
    mqttTopic: string,
  ): Promise<(InstallationRecord & { isDisabled: boolean }) | undefined> {
    const row = await this.#db
      .selectFrom('push_installation')
      .leftJoin('push_app', 'push_app.app_id', 'push_installation.app_id')
      .where('mqtt_topic', '=', mqttTopic)
      .selectAll('push_installation')
      .select('push_app.is_disabled as is_app_disabled')
      .select(selectIsDisabled('push_installation', 'subject').as('is_disabled'))
      .executeTakeFirst()
    // What is gone counts as disabled: its installations may still be on their way out.
    return row && { ...toInstallation(row), isDisabled: row.is_disabled !== 0 || row.is_app_disabled !== 0 }
  }

  async listInstallations(appID: string, subject: Subject): Promise<InstallationRecord[]> {
    const rows = await this.#db
      .selectFrom('push_installation')
      .where('app_id', '=', appID)
      .where('subject', '=', subject)
      .selectAll()
      .orderBy('installation_id')
      .execute()
    return rows.map(toInstallation)
  }

  async removeInstallation(appID: string, installationID: string): Promise<boolean> {
    const { numDeletedRows } = await this.#db
      .deleteFrom('push_installation')
      .where('app_id', '=', appID)
      .where('installation_id', '=', installationID)
      .executeTakeFirstOrThrow()
    return numDeletedRows === 1n
  }

  replaceEndpoint(
    installationID: string,
    mqttTopic: string,
    endpoint: StoredEndpoint,
  ): Promise<InstallationRecord | undefined> {
    return transact(this.#db, async (db) => {
      await db
        .updateTable('push_installation')
        .set(toEndpointColumns(endpoint))
        .where('installation_id', '=', installationID)
        .where('mqtt_topic', '=', mqttTopic)
        .execute()
      const row = await db
        .selectFrom('push_installation')
        .where('installation_id', '=', installationID)
        .selectAll()
        .executeTakeFirst()
      return row && toInstallation(row)
    })
  }
}

function findExisting(
  db: Transaction<Database>,
  { appID, deviceType, registrationID, subject }: InstallationRecord,
): Promise<Selectable<PushInstallationTable> | undefined> {
  const query = db.selectFrom('push_installation').where('app_id', '=', appID).selectAll()
  return (
    deviceType === 'MQTT'
      ? query.where('subject', '=', subject).where('device_type', '=', sql.lit('MQTT'))
      : query.where('device_type', '=', deviceType).where('registration_id', '=', registrationID)
  ).executeTakeFirst()
}

async function countOtherTypes(
  db: Transaction<Database>,
  { appID, subject }: InstallationRecord,
): Promise<number> {
  const { count } = await db
    .selectFrom('push_installation')
    .where('app_id', '=', appID)
    .where('subject', '=', subject)
    .where('device_type', '!=', 'MQTT')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow()
  return count
}

function insertInstallation(
  db: Transaction<Database>,
  installation: InstallationRecord,
): Promise<Selectable<PushInstallationTable>> {
  const { endpoint } = installation
  return db
    .insertInto('push_installation')
    .values({
      installation_id: installation.installationID,
      app_id: installation.appID,
      registration_id: installation.registrationID,
      device_type: installation.deviceType,
      is_development: installation.isDevelopment ? 1 : 0,
      subject: installation.subject,
      created_at: installation.createdAt,
      ...(endpoint !== undefined && toEndpointColumns(endpoint)),
    })
    .returningAll()
    .executeTakeFirstOrThrow()
}

function toEndpointColumns({ mqttTopic, readyAt, expiresAt }: StoredEndpoint) {
  return { mqtt_topic: mqttTopic, ready_at: readyAt, expires_at: expiresAt ?? null }
}

export function toInstallation(row: Selectable<PushInstallationTable>): InstallationRecord {
  const { mqtt_topic: mqttTopic, ready_at: readyAt, expires_at: expiresAt } = row
  return {
    appID: row.app_id,
    installationID: row.installation_id,
    registrationID: row.registration_id,
    deviceType: row.device_type as DeviceType,
    isDevelopment: row.is_development === 1,
    subject: row.subject,
    endpoint:
      mqttTopic === null || readyAt === null
        ? undefined
        : { mqttTopic, readyAt, expiresAt: expiresAt ?? undefined },
    createdAt: row.created_at,
  }
}
