import type {
  Receiver,
  ReceiverPage,
  Subject,
  SubscriptionRecord,
  SubscriptionStore,
  Target,
} from '@pillion/push'
import { type Kysely, sql } from 'kysely'
import { toBatches } from '../batches.ts'
import type { Database } from '../database.ts'
import type { GroupCommit } from '../group-commit.ts'
import { isShared, lock } from '../lock.ts'
import type { PushSubscriptionTable } from './push-database.ts'
import { toTarget } from './target-store.ts'

type Addition = Parameters<SubscriptionStore['addSubscription']>[0]

export class KyselySubscriptionStore implements SubscriptionStore {
  readonly #db: Kysely<Database>
  readonly #writes: GroupCommit

  constructor(db: Kysely<Database>, writes: GroupCommit) {
    this.#db = db
    this.#writes = writes
  }

  addSubscription(
    { target, subject, restsOnRight }: Addition,
    { perSubjectMax }: { perSubjectMax: number },
  ): Promise<'added' | 'exists' | 'full'> {
    return this.#writes.write(async (db) => {
      await lock(db, 'subscriptions', target.appID, subject)
      if (await hasSubscription(db, target.key, subject)) return 'exists'
      const { count } = await db
        .selectFrom('push_subscription')
        .innerJoin('push_target', 'push_target.key', 'push_subscription.target_key')
        .where('push_subscription.app_id', '=', target.appID)
        .where('subject', '=', subject)
        .select((eb) => eb.fn.countAll<number>().as('count'))
        .executeTakeFirstOrThrow()
      if (count >= perSubjectMax) return 'full'
      await db
        .insertInto('push_subscription')
        .columns(['target_key', 'app_id', 'subject', 'rests_on_right'])
        // Nothing if the target is gone: as if it had been removed after this subscription, which goes with it.
        .expression((query) =>
          query
            .selectFrom('push_target')
            .where('key', '=', target.key)
            .select((eb) => [
              'key',
              'app_id',
              eb.val(subject).as('subject'),
              eb.val(restsOnRight ? 1 : 0).as('rests_on_right'),
            ])
            // Its removal waits, and then finds this one as well.
            .$if(isShared(db), (locked) => locked.forKeyShare()),
        )
        .execute()
      return 'added'
    })
  }

  hasSubscription(targetKey: number, subject: Subject): Promise<boolean> {
    return hasSubscription(this.#db, targetKey, subject)
  }

  removeSubscription(targetKey: number, subject: Subject): Promise<boolean> {
    return this.#writes.write(async (db) => {
      const { numDeletedRows } = await db
        .deleteFrom('push_subscription')
        .where('target_key', '=', targetKey)
        .where('subject', '=', subject)
        .executeTakeFirstOrThrow()
      return numDeletedRows === 1n
    })
  }

  async lastPosition(targetKey: number): Promise<number> {
    const row = await this.#db
      .selectFrom('push_subscription')
      .where('target_key', '=', targetKey)
      .select('position')
      .orderBy('position', 'desc')
      .limit(1)
      .executeTakeFirst()
    return row?.position ?? 0
  }

  async pageReceivers(
    targetKey: number,
    { after, upTo, development, production, limit }: ReceiverPage,
  ): Promise<{ receivers: Receiver[]; next: number | undefined }> {
    const rows = await this.#db
      .selectFrom('push_subscription as s')
      // At most one of type MQTT (a unique index), so the limit counts subscriptions.
      .leftJoin('push_installation as i', (join) =>
        join
          .onRef('i.app_id', '=', 's.app_id')
          .onRef('i.subject', '=', 's.subject')
          // A literal, for the index is of such rows only.
          .on('i.device_type', '=', sql.lit('MQTT'))
          .on('i.is_development', '>=', production ? 0 : 1)
          .on('i.is_development', '<=', development ? 1 : 0),
      )
      .where('s.target_key', '=', targetKey)
      .where('s.position', '>', after)
      .where('s.position', '<=', upTo)
      .select(['s.position', 's.subject', 'i.installation_id as installationID', 'i.mqtt_topic as mqttTopic'])
      .orderBy('s.position')
      .limit(limit)
      .execute()
    const receivers: Receiver[] = []
    for (const { position, subject, installationID, mqttTopic } of rows) {
      if (installationID !== null && mqttTopic !== null)
        receivers.push({ position, subject, installationID, mqttTopic })
    }
    const last = rows.length < limit ? undefined : rows.at(-1)
    return { receivers, next: last !== undefined && last.position < upTo ? last.position : undefined }
  }

  async pageSubscriptions(targetKey: number, after: number, limit: number): Promise<SubscriptionRecord[]> {
    const rows = await this.#db
      .selectFrom('push_subscription')
      .where('target_key', '=', targetKey)
      .where('position', '>', after)
      .select(['position', 'subject', 'rests_on_right'])
      .orderBy('position')
      .limit(limit)
      .execute()
    return rows.map(toSubscription)
  }

  async listSubscriptions(
    appID: string,
    subject: Subject,
  ): Promise<(SubscriptionRecord & { target: Target })[]> {
    const rows = await this.#db
      .selectFrom('push_subscription as s')
      .innerJoin('push_target as t', 't.key', 's.target_key')
      .where('s.app_id', '=', appID)
      .where('s.subject', '=', subject)
      .select(['s.position', 's.subject', 's.rests_on_right'])
      .select([
        't.key',
        't.app_id',
        't.scope',
        't.kind',
        't.name',
        't.creator',
        't.access_list',
        't.created_at',
      ])
      .orderBy('s.position')
      .execute()
    return rows.map((row) => ({ ...toSubscription(row), target: toTarget(row) }))
  }

  async removeAt(positions: readonly number[]): Promise<void> {
    for (const batch of toBatches(positions)) {
      await this.#db.deleteFrom('push_subscription').where('position', 'in', batch).execute()
    }
  }
}

async function hasSubscription(db: Kysely<Database>, targetKey: number, subject: Subject): Promise<boolean> {
  const row = await db
    .selectFrom('push_subscription')
    .where('target_key', '=', targetKey)
    .where('subject', '=', subject)
    .select('position')
    .executeTakeFirst()
  return row !== undefined
}

function toSubscription(row: {
  position: number
  subject: PushSubscriptionTable['subject']
  rests_on_right: number
}): SubscriptionRecord {
  return { position: row.position, subject: row.subject, restsOnRight: row.rests_on_right === 1 }
}
