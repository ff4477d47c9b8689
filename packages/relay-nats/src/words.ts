/** A claim: client key and stamp. */
export type ClaimEntry = readonly [clientKey: string, stamp: number]

/** How many words of each kind a node has told so far; who has heard fewer has missed some. */
export interface Told {
  readonly interest: number
  readonly claims: number
  readonly notices: number
}

/** "I am there." */
export interface BeatWord {
  readonly is: 'beat'
  readonly node: string
  /** When the node came up, in milliseconds since 1970. */
  readonly since: number
  readonly told: Told
  /** Of the latest claim it has made or heard of. */
  readonly stamp: number
  /** Asks for an answer. */
  readonly hello: boolean
}

export interface InterestWord {
  readonly is: 'interest'
  readonly n: number
  readonly add: readonly string[]
  readonly drop: readonly string[]
}

export interface ClaimsWord {
  readonly is: 'claims'
  /** 0 = an answer to one node, not counted. */
  readonly n: number
  readonly list: readonly ClaimEntry[]
}

export interface NoticeWord {
  readonly is: 'notice'
  readonly n: number
  readonly subject: string
  readonly body: unknown
}

/** Asks one node for a long list, part by part; `list` is a number of the asking node's. */
export interface AskWord {
  readonly is: 'ask'
  readonly what: 'interest' | 'claims'
  readonly list: number
  readonly part: number
  /** Only claims with a later stamp. */
  readonly after: number
}

export interface PartWord {
  readonly is: 'part'
  readonly what: 'interest' | 'claims'
  readonly list: number
  readonly part: number
  /** How many words of the kind had been told when the list began. */
  readonly n: number
  readonly isLast: boolean
  readonly filters: readonly string[]
  readonly claims: readonly ClaimEntry[]
}

/** What nodes say to each other as JSON; each carries `from`, the incarnation that says it. */
export type Word =
  | BeatWord
  | InterestWord
  | ClaimsWord
  | NoticeWord
  | AskWord
  | PartWord
  /** "I had counted you as gone." */
  | { readonly is: 'welcome-back' }
  | { readonly is: 'bye' }

const BRACE = 0x7b

export function isWord(bytes: Uint8Array): boolean {
  return bytes[0] === BRACE
}

export function encodeWord(from: string, word: Word): Uint8Array {
  return Buffer.from(JSON.stringify({ from, ...word }))
}

export function decodeWord(bytes: Uint8Array): Word & { readonly from: string } {
  return JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString())
}
