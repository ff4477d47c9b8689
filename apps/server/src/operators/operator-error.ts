/** Every code of `OperatorError`: what it says, its HTTP status, and when. A code keeps its meaning for good. */
export const operatorErrors = {
  OPERATOR_NAME_MALFORMED: {
    status: 400,
    text: 'An operator’s name is 1 to 64 lower-case letters, digits, ., _, - or @, the first a letter or a digit',
    when: 'an operator is added that cannot be named so',
  },
  PASSWORD_TOO_WEAK: {
    status: 400,
    text: 'The password is too easy to guess',
    when: 'an operator’s password is too short, too long, its name, or one that many people use',
  },
  OPERATOR_NOT_FOUND: {
    status: 404,
    text: 'There is no such operator',
    when: 'an unknown operator is changed or removed',
  },
  OPERATOR_ALREADY_EXISTS: {
    status: 409,
    text: 'The operator exists already',
    when: 'an operator is added again',
  },
  OPERATORS_TOO_MANY: {
    status: 409,
    text: 'There are as many operators as there may be',
    when: 'an operator is added beyond limits.operatorsMax',
  },
  LAST_ADMIN: {
    status: 409,
    text: 'Nobody would be left who may do everything',
    when: 'the last admin is removed, disabled or given a lower role',
  },
  LINK_REFUSED: {
    status: 401,
    text: 'The one-time link is wrong, used or too old',
    when: 'a first operator comes with it; every link ends when an operator is added',
  },
  SIGN_IN_REFUSED: {
    status: 401,
    text: 'Name or password is wrong',
    when: 'an operator signs in with the wrong name or password, or is disabled; the answer does not say which',
  },
  SECOND_FACTOR_NEEDED: {
    status: 401,
    text: 'A code of the second factor is needed as well',
    when: 'the password is right and the operator has a second factor; send it all again with `code`',
  },
  SECOND_FACTOR_REFUSED: {
    status: 401,
    text: 'The code of the second factor is wrong',
    when: 'a code is wrong, of another time than now, or was used before',
  },
  SECOND_FACTOR_GUESSES_TOO_MANY: {
    status: 429,
    text: 'Too many codes of this operator were wrong',
    when: 'ten codes that came with the right password were wrong; one more is taken every half an hour, and recovery codes always are',
  },
  SECOND_FACTOR_ALREADY_ON: {
    status: 409,
    text: 'There is a second factor already',
    when: 'a second factor is turned on twice; turn it off first',
  },
  SECOND_FACTOR_NOT_ON: {
    status: 409,
    text: 'There is no second factor',
    when: 'a second factor is turned off, or gets new recovery codes, that is not on; or one is confirmed that was not begun',
  },
} as const satisfies Record<string, { status: number; text: string; when: string }>

export type OperatorErrorCode = keyof typeof operatorErrors

/** Thrown for what somebody asked wrongly of operators and their sessions; nothing was changed. */
export class OperatorError extends Error {
  override readonly name = 'OperatorError'
  readonly code: OperatorErrorCode
  /** One sentence for a person, with the fix where there is one. */
  readonly detail: string
  readonly retryAfterSeconds: number | undefined

  constructor(code: OperatorErrorCode, detail: string, retryAfterSeconds?: number) {
    super(`${operatorErrors[code].text}: ${detail}`)
    this.code = code
    this.detail = detail
    this.retryAfterSeconds = retryAfterSeconds
  }
}
