import { CopyError, describeCause, isFull, StoreUnavailableError } from '@pillion/store'

/**
 * Does what fills a folder.
 * @throws {CopyError} NO_ROOM: its disk is full
 */
export async function writeInto<Done>(folder: string, fill: () => Promise<Done>): Promise<Done> {
  try {
    return await fill()
  } catch (error) {
    const cause = error instanceof StoreUnavailableError ? error.cause : error
    if (!isOutOfRoom(cause)) throw error
    const text = `There is no room left in ${folder}: ${describeCause(cause)}. Make some, or choose another place; a few times the size of the backup are needed until it is done.`
    throw new CopyError('NO_ROOM', text, { cause: error })
  }
}

function isOutOfRoom(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException
  return code === 'ENOSPC' || code === 'EDQUOT' || isFull(error)
}
