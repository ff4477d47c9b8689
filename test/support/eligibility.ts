import { readFile } from 'node:fs/promises'
import type { IncomingMessage } from 'node:http'
import { request } from 'node:https'
import { text } from 'node:stream/consumers'
import type { Pillion } from './pillion.ts'

export interface Answer {
  readonly status: number
  /** Parsed; undefined if there was no body. */
  readonly body: unknown
}

/** The eligibility REST (W 12) as a partner calls it: over TLS, with the client certificate that `partner add` wrote. */
export async function callEligibility(
  pillion: Pillion,
  partner: { uid: string; caFile: string; certificateFile: string },
  { method = 'GET', path, body }: { method?: string; path: string; body?: unknown },
): Promise<Answer> {
  const [ca, pem] = await Promise.all([readFile(partner.caFile), readFile(partner.certificateFile)])
  const sent = body === undefined ? '' : JSON.stringify(body)
  const outgoing = request({
    host: '127.0.0.1',
    port: pillion.ports.https,
    method,
    path: `/applications/portail-ovip/v2${path}${path.includes('?') ? '&' : '?'}client_id=${partner.uid}`,
    headers:
      sent === '' ? {} : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(sent) },
    ca,
    cert: pem,
    key: pem,
    agent: false,
  })
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    outgoing.on('response', resolve).on('error', reject).end(sent)
  })
  const answer = await text(response)
  return { status: response.statusCode ?? 0, body: answer === '' ? undefined : JSON.parse(answer) }
}
