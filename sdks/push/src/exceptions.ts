/**
 * Thrown at once by calls that get something unusable (P 14.8). As in the original they are no `Error`s: a `message`, and a
 * `name` to tell them apart.
 */
export class KiiException {
  readonly name: string
  readonly message: string

  constructor(message: string) {
    this.name = new.target.name
    this.message = message
  }

  toString(): string {
    return `${this.name}: ${this.message}`
  }
}

export class InvalidArgumentException extends KiiException {}
export class InvalidUsernameException extends KiiException {}
export class InvalidPasswordException extends KiiException {}
export class InvalidEmailException extends KiiException {}
export class InvalidPhoneNumberException extends KiiException {}
export class InvalidCountryException extends KiiException {}
export class InvalidDisplayNameException extends KiiException {}
export class InvalidURIException extends KiiException {}
export class InvalidACLAction extends KiiException {}
export class InvalidACLSubject extends KiiException {}
export class InvalidACLGrant extends KiiException {}
export class IllegalStateException extends KiiException {}
export class UnsupportedOperationException extends KiiException {}
