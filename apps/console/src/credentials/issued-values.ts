import type { IssuedPartner, IssuedVehicle } from '@pillion/schema'

export interface SecretValue {
  readonly name: string
  readonly value: string
  readonly fileName?: string
}

/** What `Secret` shows of issued credentials; long ones can be saved as files. */
export function issuedValues(issued: IssuedPartner | IssuedVehicle): SecretValue[] {
  const isPartner = 'uid' in issued
  const { password, certificatePem, caPem } = issued
  const values: SecretValue[] = []
  // A rotation may leave the password as it is.
  if (password) values.push({ name: 'Password', value: password })
  // The names that config.json gives to them.
  const certificateFile = isPartner ? 'client.crt' : `${issued.vin}.crt`
  if (certificatePem)
    values.push({ name: 'Certificate and private key', value: certificatePem, fileName: certificateFile })
  if (caPem) values.push({ name: 'Authority', value: caPem, fileName: 'ca.crt' })
  if (isPartner && password)
    values.push({ name: 'Configuration of the SDK', value: partnerConfig(issued), fileName: 'config.json' })
  return values
}

/** Ready for `sdks/partner`, as `pillion partner add --out` writes it; the files lie beside it. */
function partnerConfig({ uid, password, partnersAddress }: IssuedPartner): string {
  const uri = partnersAddress.replace(/^(0\.0\.0\.0|\[::\]|::)(?=:\d+$)/, location.hostname)
  const config = { uri, sslClientCert: 'client.crt', ca: 'ca.crt', username: uid, password }
  return `${JSON.stringify(config, null, 2)}\n`
}
