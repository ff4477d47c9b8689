import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { PackageError } from './package-error.ts'
import { cleanPath, PackageCollector, type PackageFiles, type PackageLimits } from './package-files.ts'

/** Reads a developer's folder into memory (W 11.1, developer install); links and the like are refused. */
export async function readFolder(folder: string, limits: PackageLimits): Promise<PackageFiles> {
  const collector = new PackageCollector(limits)
  try {
    await readInto(collector, folder, '')
  } catch (cause) {
    if (cause instanceof PackageError) throw cause
    throw new PackageError('PACKAGE_FOLDER_NOT_FOUND', (cause as Error).message, { cause })
  }
  return collector.files
}

async function readInto(collector: PackageCollector, root: string, path: string): Promise<void> {
  const entries = await readdir(join(root, path), { withFileTypes: true })
  for (const entry of entries) {
    collector.countEntry()
    const entryPath = path === '' ? entry.name : `${path}/${entry.name}`
    const clean = cleanPath(entryPath)
    if (clean === undefined) continue
    if (entry.isDirectory()) await readInto(collector, root, entryPath)
    else if (entry.isFile()) {
      const file = join(root, entryPath)
      collector.countBytes((await stat(file)).size)
      collector.add(clean, await readFile(file))
    } else {
      throw new PackageError(
        'PACKAGE_ENTRY_REFUSED',
        `${JSON.stringify(entryPath)} is neither a file nor a folder.`,
      )
    }
  }
}
