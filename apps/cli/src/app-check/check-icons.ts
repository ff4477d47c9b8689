import type { Finding } from './finding.ts'

/** Bytes of older rules, by size (W 11.2). */
const bytesMax: Readonly<Record<string, number>> = { 100: 15_000, 136: 21_000 }
const signature = '89504e470d0a1a0a'

/** An icon that is meant to be `size` pixels wide and high. */
export function checkIcon(content: Uint8Array, size: string, file: string): Finding[] {
  const warning = (message: string): Finding => ({ severity: 'warning', file, rule: 'icon', message })
  const findings: Finding[] = []
  const actual = readSize(content)
  if (actual === undefined) findings.push(warning('The icon is not a PNG.'))
  else if (actual.width !== Number(size) || actual.height !== Number(size))
    findings.push(warning(`The icon is ${actual.width} × ${actual.height}, not ${size} × ${size}.`))
  const max = bytesMax[size]
  if (max !== undefined && content.length > max)
    findings.push(warning(`The icon has ${content.length} bytes; head units took at most ${max}.`))
  return findings
}

/** From the header of a PNG. */
function readSize(content: Uint8Array): { width: number; height: number } | undefined {
  const bytes = Buffer.from(content.buffer, content.byteOffset, Math.min(content.byteLength, 24))
  if (bytes.length < 24 || bytes.toString('hex', 0, 8) !== signature) return undefined
  return { width: bytes.readUInt32BE(16), height: bytes.readUInt32BE(20) }
}
