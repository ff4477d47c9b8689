import { readdir } from 'node:fs/promises'
import { join, relative, sep } from 'node:path'
import type { IdApp } from '@pillion/schema'
import { create } from 'tar'

/**
 * Makes a package (W 11.1) of what is installed in `folder`, which holds `app/` and `media/`. The same files give the same
 * bytes.
 */
export async function packApp(folder: string, idApp: IdApp): Promise<Uint8Array> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const files = entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/'))
  const pack = create(
    {
      cwd: folder,
      gzip: true,
      portable: true,
      noMtime: true,
      onWriteEntry: (entry) => {
        entry.path = entry.path
          .replace(/^(app|media)\//, `web/$1/${idApp}/`)
          .replace(/^web\/app\//, 'web/apps/')
      },
    },
    files.sort(),
  )
  const chunks: Buffer[] = []
  for await (const chunk of pack) chunks.push(chunk as Buffer)
  return new Uint8Array(Buffer.concat(chunks))
}
