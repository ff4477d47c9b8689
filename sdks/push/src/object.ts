import { type Access, encodeSegment } from './access.ts'
import { KiiACL } from './acl.ts'
import { IllegalStateException } from './exceptions.ts'
import { runCall, type TextCallbacks } from './outcome.ts'
import type { Scope } from './scope.ts'

type Fields = Record<string, unknown>

/** Where an object comes from: an ID chosen or known, a type for a new one, fields as the server has them. */
export interface ObjectOrigin {
  readonly id?: string
  readonly type?: string
  readonly fields?: Fields
}

/** An object of a bucket (P 10.1, 14.6). */
export class KiiObject {
  readonly #access: Access
  readonly #bucket: Scope
  readonly #type: string | undefined
  #id: string | undefined
  #fields: Fields = {}
  /** Names of fields set since the last save. */
  #changed = new Set<string>()
  #created: number | undefined
  #modified: number | undefined
  #version: string | undefined

  /** @param bucket as the scope of its objects */
  constructor(access: Access, bucket: Scope, origin: ObjectOrigin) {
    this.#access = access
    this.#bucket = bucket
    this.#type = origin.type
    this.#id = origin.id
    if (origin.fields !== undefined) this.#load(origin.fields, undefined)
  }

  getUUID(): string | undefined {
    return this.#id
  }

  getID(): string | undefined {
    return this.#id
  }

  /** Milliseconds; undefined until saved or read. */
  getCreated(): number | undefined {
    return this.#created
  }

  /** Milliseconds; undefined until saved or read. */
  getModified(): number | undefined {
    return this.#modified
  }

  getObjectType(): string | undefined {
    return this.#type
  }

  get<Value = unknown>(key: string): Value | undefined {
    return this.#fields[key] as Value | undefined
  }

  /** Names that start with "_" are the server's: they are ignored. */
  set(key: string, value: unknown): void {
    if (typeof key !== 'string' || key === '' || key.startsWith('_')) return
    this.#fields[key] = value
    this.#changed.add(key)
  }

  /** Takes effect with `saveAllFields`; `save` sends only what was set. */
  remove(key: string): void {
    delete this.#fields[key]
    this.#changed.delete(key)
  }

  getKeys(): string[] {
    return Object.keys(this.#fields)
  }

  /** null until it has an ID. */
  objectURI(): string | null {
    return this.#id === undefined ? null : `${this.#bucket.uri}/objects/${this.#id}`
  }

  objectACL(): KiiACL<KiiObject> {
    return new KiiACL(this.#access, () => this.#path(), this)
  }

  /** Sends what was set since the last save. @param overwrite false: fails if somebody else changed or made it meanwhile */
  save(callbacks?: TextCallbacks<KiiObject, KiiObject>, overwrite = true): Promise<KiiObject> {
    return runCall(this, callbacks, async () => {
      if (this.#id === undefined) return this.#create()
      const changes = Object.fromEntries([...this.#changed].map((key) => [key, this.#fields[key]]))
      const headers = { 'x-http-method-override': 'PATCH', ...this.#conditions(overwrite) }
      const { body, etag } = await this.#access.send('POST', this.#path(), {
        type: 'application/json',
        body: changes,
        headers,
      })
      this.#load(body as Fields, etag)
      return this
    })
  }

  /** Replaces the object by the fields as they are here. @param overwrite as of `save` */
  saveAllFields(callbacks?: TextCallbacks<KiiObject, KiiObject>, overwrite = true): Promise<KiiObject> {
    return runCall(this, callbacks, async () => {
      if (this.#id === undefined) return this.#create()
      const { body, etag } = await this.#access.send('PUT', this.#path(), {
        type: this.#mediaType(),
        body: this.#fields,
        headers: this.#conditions(overwrite),
      })
      const { createdAt, modifiedAt } = body as { createdAt: number; modifiedAt: number }
      this.#saved(createdAt, modifiedAt, etag)
      return this
    })
  }

  refresh(callbacks?: TextCallbacks<KiiObject, KiiObject>): Promise<KiiObject> {
    return runCall(this, callbacks, async () => {
      const { body, etag } = await this.#access.send('GET', this.#path())
      this.#load(body as Fields, etag)
      return this
    })
  }

  delete(callbacks?: TextCallbacks<KiiObject, KiiObject>): Promise<KiiObject> {
    return runCall(this, callbacks, async () => {
      await this.#access.send('DELETE', this.#path())
      return this
    })
  }

  async #create(): Promise<KiiObject> {
    const request = { type: this.#mediaType(), body: this.#fields }
    const { body, etag } = await this.#access.send('POST', `${this.#bucket.path}/objects`, request)
    const { objectID, createdAt } = body as { objectID: string; createdAt: number }
    this.#id = objectID
    this.#saved(createdAt, createdAt, etag)
    return this
  }

  #saved(created: number, modified: number, etag: string | undefined): void {
    this.#created = created
    this.#modified = modified
    this.#version = etag
    this.#changed.clear()
  }

  /** Takes over the object as the server has it. */
  #load(fields: Fields, etag: string | undefined): void {
    this.#fields = Object.fromEntries(Object.entries(fields).filter(([key]) => !key.startsWith('_')))
    const version = fields._version === undefined ? undefined : String(fields._version)
    this.#saved(Number(fields._created), Number(fields._modified), etag ?? version)
  }

  #conditions(overwrite: boolean): Record<string, string> {
    if (overwrite) return {}
    return this.#version === undefined ? { 'if-none-match': '*' } : { 'if-match': this.#version }
  }

  #path(): string {
    if (this.#id === undefined) throw new IllegalStateException('the object is not saved yet')
    return `${this.#bucket.path}/objects/${encodeSegment(this.#id)}`
  }

  #mediaType(): string {
    if (this.#type === undefined) return 'application/json'
    return `application/vnd.${this.#access.app.appID}.${this.#type}+json`
  }
}
