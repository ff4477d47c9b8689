import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto'

/** 2^15 blocks of 1 KiB: 32 MiB and some 50 ms of a core, for us and for whoever tries passwords from a stolen store. */
const COST_LOG2 = 15
const BLOCK_SIZE = 8
const SALT_BYTES = 16
const KEY_BYTES = 32

/** `scrypt$15$8$<salt>$<key>`: with its own figures, so that they can rise later. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(SALT_BYTES)
  const key = await deriveKey(password, salt, COST_LOG2, BLOCK_SIZE)
  return ['scrypt', COST_LOG2, BLOCK_SIZE, salt.toString('base64url'), key.toString('base64url')].join('$')
}

/** Without a stored hash the answer is false after the same work, so that time does not tell whether somebody exists. */
export async function verifyPassword(password: string, stored: string | undefined): Promise<boolean> {
  const { costLog2, blockSize, salt, key } = stored === undefined ? nobody : parseHash(stored)
  const isEqual = timingSafeEqual(await deriveKey(password, salt, costLog2, blockSize), key)
  return isEqual && stored !== undefined
}

interface PasswordHash {
  readonly costLog2: number
  readonly blockSize: number
  readonly salt: Buffer
  readonly key: Buffer
}

const nobody: PasswordHash = {
  costLog2: COST_LOG2,
  blockSize: BLOCK_SIZE,
  salt: randomBytes(SALT_BYTES),
  key: randomBytes(KEY_BYTES),
}

function parseHash(stored: string): PasswordHash {
  const [scheme, costLog2, blockSize, salt = '', key = ''] = stored.split('$')
  if (scheme !== 'scrypt') throw new Error('A stored password was not made by scrypt')
  return {
    costLog2: Number(costLog2),
    blockSize: Number(blockSize),
    salt: Buffer.from(salt, 'base64url'),
    key: Buffer.from(key, 'base64url'),
  }
}

function deriveKey(password: string, salt: Buffer, costLog2: number, blockSize: number): Promise<Buffer> {
  const cost = 2 ** costLog2
  const options = { cost, blockSize, maxmem: 2 * 128 * cost * blockSize }
  return new Promise((resolve, reject) => {
    scrypt(password, salt, KEY_BYTES, options, (error, key) =>
      error === null ? resolve(key) : reject(error),
    )
  })
}
