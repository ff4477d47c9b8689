import { basename } from 'node:path'
import { checkMd5, PackageError, parsePackageName } from '@pillion/server'
import { readMd5 } from '../package-upload.ts'
import type { Finding } from './finding.ts'
import type { LocatedApp } from './locate-app.ts'

/** What an archive must be besides the app in it: its name, its layout, and the .md5 file beside it (W 11.1). */
export async function checkDelivery(path: string, archive: Uint8Array, app: LocatedApp): Promise<Finding[]> {
  const fileName = basename(path)
  if (/\.zip$/i.test(fileName)) {
    const message = `A zip is for developing; what is delivered is called like app_${app.idApp}-v1.0.0_20250131.tar.gz.`
    return [{ severity: 'warning', file: '', rule: 'name', message }]
  }
  return [...checkName(fileName, app), ...checkLayout(app), ...(await checkIntegrity(path, archive))]
}

function checkName(fileName: string, { idApp, manifest }: LocatedApp): Finding[] {
  const error = (message: string): Finding => ({ severity: 'error', file: '', rule: 'name', message })
  const name = parsePackageName(fileName)
  if (name === undefined) return [error(`${fileName} is not like app_${idApp}-v1.0.0_20250131.tar.gz.`)]
  const faults: Finding[] = []
  if (name.idApp !== idApp)
    faults.push(error(`By its name it is of ${name.idApp}, by what is in it of ${idApp}.`))
  if (manifest !== undefined && manifest.version !== name.version)
    faults.push(error(`By its name it is ${name.version}, by info.json ${String(manifest.version)}.`))
  return faults
}

function checkLayout({ idApp, root }: LocatedApp): Finding[] {
  if (root === `web/apps/${idApp}/`) return []
  const message = `The app is in ${root === '' ? 'no folder' : root}; it must be in web/apps/${idApp}/.`
  return [{ severity: 'error', file: '', rule: 'name', message }]
}

async function checkIntegrity(path: string, archive: Uint8Array): Promise<Finding[]> {
  const error = (message: string): Finding => ({ severity: 'error', file: '', rule: 'md5', message })
  const md5 = await readMd5(path)
  if (md5 === undefined) return [error(`There is no ${basename(path)}.md5 beside it.`)]
  try {
    checkMd5(archive, basename(path), md5)
    return []
  } catch (fault) {
    if (fault instanceof PackageError) return [error(fault.message)]
    throw fault
  }
}
