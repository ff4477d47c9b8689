import { OperatorError } from './operator-error.ts'

export const PASSWORD_CHARACTERS_MIN = 12
const PASSWORD_CHARACTERS_MAX = 128
const DIFFERENT_CHARACTERS_MIN = 5
/** Digits and signs that people add to a word. */
const ADDED_CHARACTERS_MAX = 8

const counted = '0123456789'.repeat(13) + '9876543210'.repeat(13)

/** The beginnings of what stands in lists of stolen passwords and is long enough; compared without case, digits and signs. */
const common: ReadonlySet<string> = new Set(
  `password passwordpassword mypassword iloveyou administrator admin adminadmin letmein letmeinplease welcome
  qwertyuiop qwertyuiopasdfghjkl qwertyqwerty qwerty asdfghjkl zxcvbnm changeme changemeplease trustno
  sunshine princess football baseball superman pillion pillionadmin pillionpillion operator secret supersecret
  default monkey dragon master test testtest abcdefghijkl abcdefghijklm abc qwertzuiop azertyuiop`.split(
    /\s+/,
  ),
)

/**
 * As a person may choose one: any characters, no rule about which [ASVS 2.1.9], only that it is long and not easily guessed.
 * @returns what is hashed: in one spelling, whatever keyboard it was typed on
 * @throws {OperatorError} PASSWORD_TOO_WEAK
 */
export function requirePassword(password: string, name: string): string {
  const spelled = spellPassword(password)
  const characters = [...spelled]
  if (characters.length < PASSWORD_CHARACTERS_MIN)
    throw tooWeak(`It needs ${PASSWORD_CHARACTERS_MIN} characters; four or five random words do well.`)
  if (characters.length > PASSWORD_CHARACTERS_MAX)
    throw tooWeak(`It may have ${PASSWORD_CHARACTERS_MAX} characters at most.`)
  if (new Set(characters).size < DIFFERENT_CHARACTERS_MIN) throw tooWeak('It repeats a few characters.')
  if (counted.includes(spelled)) throw tooWeak('It counts.')
  const letters = lettersOf(spelled)
  if (common.has(letters) && characters.length - letters.length <= ADDED_CHARACTERS_MAX)
    throw tooWeak('Many people use it.')
  if (isMadeOf(spelled.toLowerCase(), name)) throw tooWeak('It is the name.')
  return spelled
}

/** é may be typed as one character or as two. */
export function spellPassword(password: string): string {
  return password.normalize('NFC')
}

function tooWeak(detail: string): OperatorError {
  return new OperatorError('PASSWORD_TOO_WEAK', detail)
}

function lettersOf(password: string): string {
  return password.toLowerCase().replaceAll(/[^\p{L}]/gu, '')
}

/** The name and at most a few characters besides, or the name again and again. */
function isMadeOf(password: string, name: string): boolean {
  const rest = password.replaceAll(name, '')
  return rest.length < password.length && rest.length < DIFFERENT_CHARACTERS_MIN
}
