import { Access } from './access.ts'
import { KiiACL } from './acl.ts'
import { KiiACLAction, KiiACLEntry } from './acl-entry.ts'
import { KiiAppAdminContext } from './admin-context.ts'
import { KiiAnonymousUser, KiiAnyAuthenticatedUser } from './any-user.ts'
import { App, type AppParts } from './app.ts'
import { KiiBucket } from './bucket.ts'
import { KiiClause } from './clause.ts'
import { KiiErrorParser } from './error-parser.ts'
import * as exceptions from './exceptions.ts'
import { KiiGroup as Group } from './group.ts'
import { createGroupCalls } from './group-calls.ts'
import { createKii } from './kii.ts'
import { KiiObject as StoredObject } from './object.ts'
import { objectWithURI } from './object-uri.ts'
import { KiiPushInstallation, KiiPushInstallationWithToken } from './push-installation.ts'
import { KiiPushMessageBuilder } from './push-message-builder.ts'
import { KiiPushSubscription, KiiPushSubscriptionWithToken } from './push-subscription.ts'
import { KiiQuery } from './query.ts'
import { KiiSite } from './site.ts'
import { KiiThing as Thing, KiiThingWithToken as ThingWithToken } from './thing.ts'
import { createThingCalls } from './thing-calls.ts'
import { KiiThingContext } from './thing-context.ts'
import { KiiTopic } from './topic.ts'
import { KiiUser as User } from './user.ts'
import { createUserCalls } from './user-calls.ts'

/** All classes of the original, with a state of their own: an app, and who is logged in. */
export type Namespace = ReturnType<typeof create>

/** A fresh namespace; several can be used side by side (P 14). */
export function create(parts: AppParts = {}) {
  const app = new App(parts)
  // Those with static methods, which need the app, or made by others: each namespace has its own.
  // (Named types, since a class that is made here has none that a declaration file could name.)
  const KiiUser: typeof User = class KiiUser extends User {}
  const KiiGroup: typeof Group = class KiiGroup extends Group {}
  const KiiThing: typeof Thing = class KiiThing extends Thing {}
  const KiiThingWithToken: typeof ThingWithToken = class KiiThingWithToken extends ThingWithToken {}
  const KiiObject: typeof StoredObject = class KiiObject extends StoredObject {}
  app.adopt({ KiiUser, KiiGroup, KiiThing, KiiThingWithToken, KiiObject })

  return {
    Kii: createKii(app),
    KiiSite,
    KiiUser: Object.assign(KiiUser, createUserCalls(app)),
    KiiGroup: Object.assign(KiiGroup, createGroupCalls(app)),
    KiiThing: Object.assign(KiiThing, createThingCalls(app)),
    KiiThingWithToken,
    KiiThingContext,
    KiiAppAdminContext,
    KiiPushInstallation,
    KiiPushInstallationWithToken,
    KiiPushSubscription,
    KiiPushSubscriptionWithToken,
    KiiPushMessageBuilder,
    KiiTopic,
    KiiBucket,
    KiiObject: Object.assign(KiiObject, {
      /** Not read yet. @throws InvalidURIException */
      objectWithURI: (uri: string) => objectWithURI(new Access(app), uri),
    }),
    KiiQuery,
    KiiClause,
    KiiACL,
    KiiACLEntry,
    KiiACLAction,
    KiiAnyAuthenticatedUser,
    KiiAnonymousUser,
    KiiErrorParser,
    ...exceptions,
  }
}
