import { cp, mkdir, mkdtemp, readFile, readlink, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const repository = fileURLToPath(new URL('../..', import.meta.url))

/**
 * The folder that deploy/Dockerfile makes its image of, laid out without a container engine: its COPY lines carried out on this
 * repository, with the packages of others linked, and none that only development needs.
 */
export async function layOutImage(): Promise<{ root: string; data: string; remove(): Promise<void> }> {
  const root = await mkdtemp(join(tmpdir(), 'pillion-image-'))
  const dockerfile = await readFile(join(repository, 'deploy/Dockerfile'), 'utf8')
  for (const [, from = '', to = ''] of dockerfile.matchAll(/^COPY --from=build \/pillion\/(\S+) (\S+)$/gm)) {
    if (from === 'node_modules') await linkPackages(root)
    else await copy(join(repository, from), join(root, to.endsWith('/') ? join(to, basename(from)) : to))
  }
  return { root, data: join(root, 'data'), remove: () => rm(root, { recursive: true, force: true }) }
}

async function copy(from: string, to: string): Promise<void> {
  await mkdir(dirname(to), { recursive: true })
  await cp(from, to, { recursive: true, filter: (path) => basename(path) !== 'node_modules' })
}

async function linkPackages(root: string): Promise<void> {
  const lock = JSON.parse(await readFile(join(repository, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, { dev?: boolean; link?: boolean }>
  }
  for (const [path, { dev, link }] of Object.entries(lock.packages)) {
    const isTopLevel = /^node_modules\/(@[^/]+\/)?[^/]+$/.test(path)
    if (!isTopLevel || dev === true) continue
    await mkdir(dirname(join(root, path)), { recursive: true })
    const target = link === true ? await readlink(join(repository, path)) : join(repository, path)
    await symlink(target, join(root, path))
  }
}
