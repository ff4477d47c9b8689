import type { Access } from './access.ts'
import { KiiACL } from './acl.ts'
import { InvalidArgumentException } from './exceptions.ts'
import type { KiiObject } from './object.ts'
import { runCall, type TextCallbacks } from './outcome.ts'
import { KiiQuery } from './query.ts'
import type { Scope } from './scope.ts'

const namePattern = /^(CRYPTO:)?[A-Za-z0-9_-]{2,64}$/

/** The objects of one page, and the query of the next, null after the last. */
export type QueryPage = [query: KiiQuery, objects: KiiObject[], nextQuery: KiiQuery | null]

/** A bucket (P 10, 14.6), got from `bucketWithName`. It comes into being with its first object or subscription. */
export class KiiBucket {
  readonly #access: Access
  readonly #name: string
  readonly #place: Scope

  /** @param scope may come into being after the bucket's instance, as that of a group not saved yet */
  constructor(access: Access, scope: () => Scope, name: string) {
    if (typeof name !== 'string' || !namePattern.test(name))
      throw new InvalidArgumentException('a bucket name is 2 to 64 letters, digits, "_" or "-"')
    this.#access = access
    this.#name = name
    this.#place = {
      get path() {
        return `${scope().path}/buckets/${name}`
      },
      get uri() {
        return `${scope().uri}buckets/${name}`
      },
    }
  }

  getBucketName(): string {
    return this.#name
  }

  createObject(): KiiObject {
    return this.#object({})
  }

  /** @param type becomes part of the media type, as `_dataType` of the object */
  createObjectWithType(type: string): KiiObject {
    return this.#object({ type })
  }

  /** @throws InvalidArgumentException */
  createObjectWithID(objectID: string): KiiObject {
    if (typeof objectID !== 'string' || !/^[A-Za-z0-9_.-]{2,100}$/.test(objectID))
      throw new InvalidArgumentException('an object ID is 2 to 100 letters, digits, "_", "." or "-"')
    return this.#object({ id: objectID })
  }

  /** @param query `KiiQuery.queryWithClause(…)`; null: all objects */
  executeQuery(
    query: KiiQuery | null | undefined,
    callbacks?: TextCallbacks<QueryPage, KiiBucket>,
  ): Promise<QueryPage> {
    return runCall(this, callbacks, async () => {
      const asked = query ?? KiiQuery.queryWithClause()
      const path = `${this.#place.path}/query`
      const { body } = await this.#access.send('POST', path, { type: 'QueryRequest', body: asked.toBody() })
      const page = body as { results: Record<string, unknown>[]; nextPaginationKey?: string }
      const objects = page.results.map((fields) => this.#object({ id: String(fields._id), fields }))
      const next = page.nextPaginationKey
      return [asked, objects, next === undefined ? null : asked.nextPage(next)]
    })
  }

  acl(): KiiACL<KiiBucket> {
    return new KiiACL(this.#access, () => this.#place.path, this)
  }

  /** With everything in it. */
  delete(callbacks?: TextCallbacks<KiiBucket, KiiBucket>): Promise<KiiBucket> {
    return runCall(this, callbacks, async () => {
      await this.#access.send('DELETE', this.#place.path)
      return this
    })
  }

  /** @internal Where its subscriptions are. */
  subscriptionsPath(): string {
    return `${this.#place.path}/filters/all/push/subscriptions`
  }

  #object(origin: { id?: string; type?: string; fields?: Record<string, unknown> }): KiiObject {
    const { KiiObject } = this.#access.app.classes
    return new KiiObject(this.#access, this.#place, origin)
  }
}
