import type { Access } from './access.ts'
import { InvalidURIException } from './exceptions.ts'
import type { KiiObject } from './object.ts'
import { appScope, scopeOf } from './scope.ts'

const pattern =
  /^kiicloud:\/\/(?:(users|groups|things)\/([^/]+)\/)?buckets\/((?:CRYPTO:)?[A-Za-z0-9_-]{2,64})\/objects\/([A-Za-z0-9_.-]{2,100})$/

/**
 * The object that a URI names, as `sourceURI` of a bucket's event does; nothing of it is read yet.
 * @throws InvalidURIException
 */
export function objectWithURI(access: Access, uri: string): KiiObject {
  const [, kind, owner, bucketID, id] = pattern.exec(uri) ?? []
  if (bucketID === undefined || id === undefined)
    throw new InvalidURIException('this is not the URI of an object')
  const scope = owner === undefined ? appScope : scopeOf(kind as 'users' | 'groups' | 'things', owner)
  const bucket = {
    path: `${scope.path}/buckets/${bucketID}`,
    uri: `${scope.uri}buckets/${bucketID}`,
  }
  return new access.app.classes.KiiObject(access, bucket, { id })
}
