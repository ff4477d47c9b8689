/** A key that writes itself, or one of those that do something. */
export type Key =
  | { readonly kind: 'character'; readonly text: string }
  | { readonly kind: 'shift' | 'erase' | 'space' | 'newLine' | 'done' }
  | { readonly kind: 'page'; readonly to: Page }

/** What is on the keys. */
export type Page = 'letters' | 'digits' | 'symbols' | 'numbers'

const letters: Readonly<Record<string, readonly string[]>> = {
  qwerty: ['qwertyuiop', 'asdfghjkl', 'zxcvbnm'],
  azerty: ['azertyuiop', 'qsdfghjklm', 'wxcvbn'],
  qwertz: ['qwertzuiopü', 'asdfghjklöä', 'yxcvbnmß'],
  spanish: ['qwertyuiop', 'asdfghjklñ', 'zxcvbnm'],
}
const layoutOfLanguage: Readonly<Record<string, string>> = { fr: 'azerty', de: 'qwertz', es: 'spanish' }

const digits = ['1234567890', '@#€_&-+()/', '*"\':;!?,.']
const symbols = ['éèêàâçëîïô', '~`|^°[]{}\\', '<>=%$£§«»']
const numbers = ['123', '456', '789']

/** Rows of keys for a field of this type, in the language of the vehicle (W 6.7). */
export function keysOf(page: Page, inputType: string, language: string): readonly (readonly Key[])[] {
  if (page === 'numbers') return numberRows(inputType)
  const [top = '', middle = '', bottom = ''] = rowsOf(page, language)
  return [
    characters(top),
    characters(middle),
    [firstOf(page), ...characters(bottom), { kind: 'erase' }],
    [
      { kind: 'page', to: page === 'letters' ? 'digits' : 'letters' },
      ...spaceRow(inputType),
      { kind: 'done' },
    ],
  ]
}

/** The page that a field of this type begins with. */
export function firstPage(inputType: string): Page {
  return inputType === 'tel' || inputType === 'number' ? 'numbers' : 'letters'
}

function rowsOf(page: Page, language: string): readonly string[] {
  if (page === 'digits') return digits
  if (page === 'symbols') return symbols
  const layout = layoutOfLanguage[language.slice(0, 2).toLowerCase()] ?? 'qwerty'
  return letters[layout] ?? []
}

/** Left of the last row of characters: shift for letters, the other symbols for symbols. */
function firstOf(page: Page): Key {
  if (page === 'letters') return { kind: 'shift' }
  return { kind: 'page', to: page === 'digits' ? 'symbols' : 'digits' }
}

/** Each kind of field has the character it cannot do without beside the space key. */
function spaceRow(inputType: string): readonly Key[] {
  if (inputType === 'email') return [...characters('@'), { kind: 'space' }, ...characters('.')]
  if (inputType === 'url') return [...characters('/'), { kind: 'space' }, ...characters('.')]
  const space = [...characters(','), { kind: 'space' } as const, ...characters('.')]
  return inputType === 'textarea' ? [...space, { kind: 'newLine' }] : space
}

function numberRows(inputType: string): readonly (readonly Key[])[] {
  const beside = inputType === 'tel' ? '+' : '-'
  const after = inputType === 'tel' ? '#' : '.'
  return [
    ...numbers.map(characters),
    [...characters(`${beside}0${after}`)],
    [{ kind: 'page', to: 'letters' }, { kind: 'erase' }, { kind: 'done' }],
  ]
}

function characters(row: string): readonly Key[] {
  return [...row].map((text) => ({ kind: 'character', text }))
}
