import type { Target } from '../ports/target-store.ts'
import type { Caller } from '../principal.ts'

/** What happened in a bucket (P 12.2). */
export type BucketEvent =
  | {
      readonly type: 'DATA_OBJECT_CREATED' | 'DATA_OBJECT_UPDATED'
      readonly objectID: string
      /** Milliseconds since 1970. */
      readonly modifiedAt: number
    }
  | { readonly type: 'DATA_OBJECT_DELETED' | 'DATA_OBJECT_ACL_MODIFIED'; readonly objectID: string }
  | { readonly type: 'BUCKET_DELETED' }

/** Where changes of buckets are told to those who are subscribed to them. */
export interface BucketEvents {
  /**
   * Takes the event in; does not wait for its delivery. Call it once the change lasts, and for BUCKET_DELETED before the
   * subscriptions go, and it settles when they have been read. Never throws for want of room: then the event is counted as lost.
   */
  publish(caller: Caller, bucket: Target, event: BucketEvent): Promise<void>
}
