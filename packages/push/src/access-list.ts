/**
 * A subject of an access control list as paths have it (P 11). In a list that is kept, a group is `GroupID:{groupID}:{key}`,
 * for its id may be another group's one day; in the scope of the group itself, which ends with it, its id is enough.
 */
export type AclSubject = `UserID:${string}` | `GroupID:${string}` | `ThingID:${string}`

export type TopicVerb = 'SUBSCRIBE_TO_TOPIC' | 'SEND_MESSAGE_TO_TOPIC'
export type BucketVerb =
  | 'CREATE_OBJECTS_IN_BUCKET'
  | 'QUERY_OBJECTS_IN_BUCKET'
  | 'DROP_BUCKET_WITH_ALL_CONTENT'
  | 'READ_OBJECTS_IN_BUCKET'
export type ObjectVerb = 'READ_EXISTING_OBJECT' | 'WRITE_EXISTING_OBJECT'
export type Verb = TopicVerb | BucketVerb | ObjectVerb

/** Who may do what, kept with the topic, bucket or object it is about. Default entries stand in it like added ones (P 11). */
export type AccessList = { readonly [verb in Verb]?: readonly AclSubject[] }
