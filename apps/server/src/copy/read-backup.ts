import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { createReadStream } from 'node:fs'
import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'
import { CopyError } from '@pillion/store'
import { Parser, type ReadEntry } from 'tar'
import {
  type BackupFile,
  type BackupTable,
  damaged,
  fileMember,
  foreign,
  MANIFEST,
  type Manifest,
  parseManifest,
  tableMember,
} from './manifest.ts'

/** What becomes of a backup that is read. Each is awaited before the next is called, and takes its whole content. */
export interface BackupTaker {
  manifest?(manifest: Manifest): Promise<void>
  table?(table: BackupTable, content: AsyncIterable<Buffer>): Promise<void>
  file?(file: BackupFile, content: AsyncIterable<Buffer>): Promise<void>
}

/** Of a backup with a million files. */
const MANIFEST_BYTES_MAX = 256 * 1024 * 1024

/**
 * Reads a backup from its beginning to its end, holding no more of it than a few chunks, and compares each member with the
 * manifest when it is over. Whoever takes it must not use anything before this has resolved.
 * @throws {CopyError} BACKUP_FOREIGN, BACKUP_DAMAGED, BACKUP_NEWER; and whatever `taker` throws
 */
export async function readBackup(file: string, taker: BackupTaker, signal?: AbortSignal): Promise<Manifest> {
  const members = new Members(taker, signal)
  try {
    await readTar(file, (entry) => members.take(entry))
  } catch (error) {
    if (!isOfArchive(error)) throw error
    throw members.manifest === undefined ? foreign(error) : damaged((error as Error).message, error)
  }
  return members.end()
}

class Members {
  manifest: Manifest | undefined
  readonly #taker: BackupTaker
  readonly #signal: AbortSignal | undefined
  #expected: {
    path: string
    bytes: number
    sha256: string
    take(content: AsyncIterable<Buffer>): unknown
  }[] = []

  constructor(taker: BackupTaker, signal: AbortSignal | undefined) {
    this.#taker = taker
    this.#signal = signal
  }

  async take(entry: ReadEntry): Promise<void> {
    this.#signal?.throwIfAborted()
    if (this.manifest === undefined) return this.#takeManifest(entry)
    const expected = this.#expected.shift()
    if (expected?.path !== entry.path || entry.type !== 'File')
      throw damaged(`${JSON.stringify(entry.path)} stands where ${expected?.path ?? 'its end'} should be`)
    const hash = createHash('sha256')
    let bytes = 0
    const passing = async function* () {
      for await (const chunk of entry as AsyncIterable<Buffer>) {
        hash.update(chunk)
        bytes += chunk.length
        yield chunk
      }
    }
    await expected.take(passing())
    if (bytes !== expected.bytes || hash.digest('hex') !== expected.sha256)
      throw damaged(`${expected.path} is not as it was written`)
  }

  /** @throws {CopyError} something is missing */
  end(): Manifest {
    if (this.manifest === undefined) throw foreign()
    const [missing] = this.#expected
    if (missing !== undefined) throw damaged(`${missing.path} is missing`)
    return this.manifest
  }

  async #takeManifest(entry: ReadEntry): Promise<void> {
    if (entry.path !== MANIFEST || entry.size > MANIFEST_BYTES_MAX) throw foreign()
    const chunks: Buffer[] = []
    for await (const chunk of entry as AsyncIterable<Buffer>) chunks.push(chunk)
    const manifest = parseManifest(Buffer.concat(chunks).toString())
    const { table = passOver, file = passOver } = this.#taker
    this.#expected = [
      ...manifest.tables.map((each) => ({
        path: tableMember(each),
        bytes: each.bytes,
        sha256: each.sha256,
        take: (content: AsyncIterable<Buffer>) => table.call(this.#taker, each, content),
      })),
      ...manifest.files.map((each) => ({
        path: fileMember(each),
        bytes: each.bytes,
        sha256: each.sha256,
        take: (content: AsyncIterable<Buffer>) => file.call(this.#taker, each, content),
      })),
    ]
    await this.#taker.manifest?.(manifest)
    this.manifest = manifest
  }
}

async function passOver(_member: unknown, content: AsyncIterable<Buffer>): Promise<void> {
  for await (const _ of content);
}

/** One entry after the other; the file is read no faster than they are taken. */
async function readTar(file: string, take: (entry: ReadEntry) => Promise<void>): Promise<void> {
  const stop = new AbortController()
  let taken: Promise<void> = Promise.resolve()
  const parser = new Parser({
    strict: true,
    onReadEntry: (entry) => {
      taken = taken.then(() => take(entry))
      taken.catch((error) => stop.abort(error))
    },
  })
  const ended = new Promise<void>((resolve, reject) => {
    parser.on('ignoredEntry', () => reject(damaged('it holds something else than files')))
    parser.on('error', (error: Error) => reject(new ArchiveError(error)))
    parser.on('end', resolve)
  })
  ended.catch((error) => stop.abort(error))
  const feed = async (chunks: AsyncIterable<Buffer>) => {
    for await (const chunk of chunks)
      if (!parser.write(chunk)) await once(parser, 'drain', { signal: stop.signal })
    parser.end()
  }
  try {
    await pipeline(createReadStream(file), createGunzip(), feed, { signal: stop.signal })
    await Promise.all([ended, taken.then(() => ended).then(() => taken)])
  } catch (error) {
    // An abort tells that there was a reason; that is what counts.
    throw stop.signal.aborted ? stop.signal.reason : error
  }
}

/** What tar says of the archive. */
class ArchiveError extends Error {
  constructor(cause: Error) {
    super(cause.message, { cause })
  }
}

function isOfArchive(error: unknown): boolean {
  if (error instanceof CopyError) return false
  return error instanceof ArchiveError || /^Z_/.test(String((error as NodeJS.ErrnoException).code))
}
