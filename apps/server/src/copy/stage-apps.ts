import { existsSync } from 'node:fs'
import { copyFile, cp, mkdir, readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { InstalledApp } from '../packages/installed-apps.ts'

/** A version that is installed meanwhile takes the files of the one before away: then that one is copied. */
const ATTEMPTS_MAX = 5

/** Copies the packages that are installed in one data folder to another, while a server may be installing others. */
export async function stageApps(from: string, to: string): Promise<void> {
  for (const label of await listFolder(join(from, 'apps'))) {
    for (let attempt = 1; ; attempt++) {
      try {
        await stageApp(join(from, 'apps', label), join(to, 'apps', label))
        break
      } catch (error) {
        await rm(join(to, 'apps', label), { recursive: true, force: true })
        if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || attempt === ATTEMPTS_MAX) throw error
      }
    }
  }
}

async function stageApp(from: string, to: string): Promise<void> {
  // Without it there is nothing but what an installation that was cut short has left behind.
  if (!existsSync(join(from, 'installed.json'))) return
  const text = await readFile(join(from, 'installed.json'), 'utf8')
  const { installation } = JSON.parse(text) as InstalledApp
  await mkdir(to, { recursive: true, mode: 0o700 })
  await cp(join(from, installation), join(to, installation), { recursive: true })
  await copyFile(join(from, 'installed.json'), join(to, 'installed.json'))
}

async function listFolder(path: string): Promise<string[]> {
  try {
    return (await readdir(path)).sort()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  }
}
