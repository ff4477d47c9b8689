import type { Access } from './access.ts'
import type { KiiBucket } from './bucket.ts'
import type { KiiObject } from './object.ts'
import { objectWithURI } from './object-uri.ts'
import type { ErrorCallbacks } from './outcome.ts'
import { KiiPushInstallationWithToken } from './push-installation.ts'
import { appScope, Targets, type TopicPage } from './scope.ts'
import type { KiiThingWithToken, ThingFields } from './thing.ts'
import type { KiiTopic } from './topic.ts'

/** What a thing does with its own token (P 14.5), from `Kii.authenticateAsThing`. Topics and buckets are the app's. */
export class KiiThingContext {
  readonly #access: Access
  readonly #thing: KiiThingWithToken
  readonly #targets: Targets

  constructor(access: Access, fields: ThingFields) {
    this.#access = access
    this.#thing = new access.app.classes.KiiThingWithToken(access, { ...fields, _accessToken: access.token })
    this.#targets = new Targets(access, () => appScope)
  }

  /** Its fields are not loaded. */
  getAuthenticatedThing(): KiiThingWithToken {
    return this.#thing
  }

  pushInstallation(): KiiPushInstallationWithToken {
    return new KiiPushInstallationWithToken(this.#access)
  }

  topicWithName(name: string): KiiTopic {
    return this.#targets.topic(name)
  }

  listTopics(callbacks?: ErrorCallbacks<TopicPage>, paginationKey?: string | null): Promise<TopicPage> {
    return this.#targets.listTopics(callbacks, paginationKey)
  }

  bucketWithName(name: string): KiiBucket {
    return this.#targets.bucket(name)
  }

  /** @throws InvalidURIException */
  objectWithURI(uri: string): KiiObject {
    return objectWithURI(this.#access, uri)
  }
}
