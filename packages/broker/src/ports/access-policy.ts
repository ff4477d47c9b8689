import type { ProtocolVersion, ReasonCode } from '@pillion/packet'

/**
 * Decides who may connect, and which topics each identity may use. The broker asks nobody else.
 *
 * Each answer may come at once or as a promise; while a promise is open, the broker takes no further
 * bytes from that connection, so the order of its packets is kept. Answers to `publish` are cached per
 * connection and topic name; they hold as long as `epoch` stays the same. A method that throws or rejects counts as
 * "server unavailable", never as a refusal: a store that is away must not look like a wrong password.
 */
export interface AccessPolicy {
  /** Grows whenever an earlier answer of `publish` may no longer hold. Read once per cached use: a plain field, no getter with work in it. */
  readonly epoch: number
  connect(credentials: Credentials): ConnectDecision | Promise<ConnectDecision>
  publish(identity: Identity, topicName: string): PublishDecision | Promise<PublishDecision>
  subscribe(identity: Identity, topicFilter: string): SubscribeDecision | Promise<SubscribeDecision>
}

/** What a CONNECT and the socket below it bring. */
export interface Credentials {
  readonly clientId: string
  readonly username: string | undefined
  readonly password: Uint8Array | undefined
  /** The client certificate, if the TLS layer verified one. */
  readonly certificate: PeerCertificate | undefined
  readonly protocolVersion: ProtocolVersion
  /** The listener's name, such as `mqtts` or `partners`. */
  readonly listener: string
  readonly remoteAddress: string
}

export interface PeerCertificate {
  readonly commonName: string | undefined
  /** URI entries of the subject alternative name. */
  readonly uris: readonly string[]
  /** SHA-256 of the DER, lower-case hex. */
  readonly fingerprint: string
  /** Lower-case hex. */
  readonly serialNumber: string
  /** From when and until when it is valid; milliseconds since 1970. */
  readonly validFrom: number
  readonly validTo: number
}

/** Who a connection is. One identity may hold many connections, told apart by client id. */
export interface Identity {
  /** Scope of client ids: a client id takes over only a connection of the same key. */
  readonly key: string
  /** What logs and metrics call it, such as `partner` or `vehicle`. */
  readonly role: string
  readonly name: string
  /** One connection at a time: a new one takes over from the older, whatever their client ids. Absent: no. */
  readonly exclusive?: boolean
  /** However often connections throw each other out, the newest gets in, if a second later. Absent: then it is refused. */
  readonly newestWins?: boolean
  /** Its sessions end with their connections, whatever the client asks for; a version 5 client is told so. Absent: no. */
  readonly transient?: boolean
  /** What it showed when it signed in, in its policy's own words, so that the end of one of them ends these connections only. */
  readonly credentials?: readonly string[]
  /** Everybody has this identity, as nobody is asked for a name: the bounds per identity do not apply. Absent: no. */
  readonly everybody?: boolean
}

/**
 * A refusal: the code for the wire (MQTT 5; the broker maps it for 3.x), a stable reason for counters and
 * logs in snake_case, and a sentence for whoever may read it, which must not reveal secrets.
 */
export interface Refusal {
  readonly refused: ReasonCode
  readonly reason: string
  readonly text: string
  /** CONNECT only: close without an answer, so that whoever guesses learns nothing. Counted and logged all the same. */
  readonly silent?: boolean
}

export type ConnectDecision = { readonly identity: Identity } | Refusal

/** A granted publication: where it really goes. */
export interface PublishGrant {
  /** Canonical topic: the internal address, what subscriptions are matched against. */
  readonly topic: string
  /** Larger payloads are dropped; PUBACK and PUBREC of version 5 say 0x97 (docs/adr/0004). */
  readonly payloadBytesMax: number
  /** May the retain flag take effect? The product's own topics retain nothing. */
  readonly mayRetain: boolean
}

export type PublishDecision = PublishGrant | Refusal

/** A granted subscription: what is matched, and how matches look to this subscriber. */
export interface SubscribeGrant {
  /** Canonical filter; may match more than was asked for, `present` then answers undefined. */
  readonly filter: string
  /**
   * A connection gets one copy of a message per form, however many of its filters overlap. Plain policies
   * use ''; the portal uses the filter's direction word (W 2.5 point 3).
   */
  readonly form: string
  /**
   * The topic name this subscriber sees for a canonical topic that `filter` matches; undefined = does not concern it.
   * Absent: canonical topic and topic name are the same. Pure: the result is cached.
   */
  readonly present?: (topic: string) => string | undefined
  /** May the filter be used in a shared subscription, `$share/<group>/<filter>`? Absent: no; asked for one, it is refused. */
  readonly mayShare?: boolean
  /**
   * Called whenever the subscription has come into force, right behind the SUBACK (of a kept session: the CONNACK), before
   * anything else can be published. Must not throw.
   */
  readonly subscribed?: () => void
}

export type SubscribeDecision = SubscribeGrant | Refusal
