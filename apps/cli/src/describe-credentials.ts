import type { CertificateView } from '@pillion/schema'

/** One row for each certificate, and one for a password that still works beside the present one. */
export function describeCredentials(detail: {
  readonly certificates: readonly CertificateView[]
  readonly replacedPasswordEndsAt?: string
}): string[][] {
  const { certificates, replacedPasswordEndsAt } = detail
  return [
    ...(replacedPasswordEndsAt === undefined
      ? []
      : [['old password', `works until ${replacedPasswordEndsAt}`]]),
    ...certificates.map((each) => ['certificate', `${each.fingerprint}, ${describeValidity(each)}`]),
  ]
}

function describeValidity({ expiresAt, revokedAt }: CertificateView): string {
  if (revokedAt === undefined) return `valid until ${expiresAt}`
  return Date.parse(revokedAt) > Date.now() ? `works until ${revokedAt}` : `revoked ${revokedAt}`
}
