import { randomBytes } from 'node:crypto'
import { type Passwords, partnerSignIn, population, type SignIn, vehicleSignIn } from '../population.ts'

/** For servers that take the passwords they are given: as long as those that pillion issues. */
export function makeUpPasswords(): Passwords {
  const password = () => randomBytes(32).toString('base64url')
  return {
    partners: Array.from({ length: population.partners }, password),
    vehicles: Array.from({ length: population.vehicles }, password),
  }
}

export function listSignIns(passwords: Passwords): SignIn[] {
  return [
    ...passwords.partners.map((_, index) => partnerSignIn(passwords, index)),
    ...passwords.vehicles.map((_, index) => vehicleSignIn(passwords, index)),
  ]
}
