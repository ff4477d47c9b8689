import { randomInt, randomUUID } from 'node:crypto'

const LOWER = 'abcdefghijklmnopqrstuvwxyz0123456789'
const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'
const BASE64URL = `${LETTERS}-_`

// Shapes and lengths are those of P 1.6: known device clients have buffers of that size. None can be guessed.

export function createUserID(): string {
  return randomUUID()
}

export function createThingID(): string {
  return `th.${randomUUID()}`
}

export function createGroupID(): string {
  return createText(LOWER, 24)
}

/** What tells groups of one id from each other: 82 random bits. */
export function createGroupKey(): string {
  return createText(LOWER, 16)
}

export function createObjectID(): string {
  return randomUUID()
}

export function createInstallationID(): string {
  return createText(LOWER, 25)
}

export function createRegistrationID(): string {
  return randomUUID()
}

/** 23 characters: the limit of MQTT 3.1 for client ids. */
export function createMqttTopic(): string {
  return createText(LETTERS, 23)
}

/** Access and refresh tokens: 256 bits and a little more. */
export function createToken(): string {
  return createText(BASE64URL, 43)
}

export function createAppID(): string {
  return createText(LOWER, 12)
}

export function createAppKey(): string {
  return createText(LOWER, 32)
}

export function createClientID(): string {
  return createText(LOWER, 32)
}

export function createClientSecret(): string {
  return createText(LETTERS, 43)
}

/** `randomInt` is cryptographic, and without the bias of a remainder. */
function createText(alphabet: string, length: number): string {
  let text = ''
  for (let index = 0; index < length; index += 1) text += alphabet[randomInt(alphabet.length)]
  return text
}
