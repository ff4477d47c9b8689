import type { Socket } from 'node:net'
import { endSocket } from './end-socket.ts'

const answers = new Map([
  ['HPE_HEADER_OVERFLOW', '431 Request Header Fields Too Large'],
  ['ERR_HTTP_REQUEST_TIMEOUT', '408 Request Timeout'],
])

/**
 * Answers what never became a request, as Node does by itself, with one header more. Pillion sets no cookies, but an app
 * can, for the whole site and so many that the portal page's own requests grow too large: whoever gets that answer is told
 * to throw the site's cookies away and to ask again. Whoever does not close then is closed after `closeSeconds`.
 */
export function answerClientError(error: NodeJS.ErrnoException, socket: Socket, closeSeconds: number): void {
  if (!socket.writable || error.code === 'ECONNRESET') {
    socket.destroy()
    return
  }
  const status = answers.get(error.code ?? '') ?? '400 Bad Request'
  const tooLarge = status.startsWith('431')
  const headers = tooLarge ? 'Clear-Site-Data: "cookies"\r\nContent-Type: text/html\r\n' : ''
  const body = tooLarge ? reloadingPage : ''
  const head = `HTTP/1.1 ${status}\r\nConnection: close\r\n${headers}Content-Length: ${body.length}`
  endSocket(socket, `${head}\r\n\r\n${body}`, closeSeconds)
}

/** An error without a body is shown as a page of the browser's own, which does not ask again. */
const reloadingPage =
  '<!doctype html><title>Pillion</title><meta http-equiv="refresh" content="1"><p>Too many cookies; trying again without.'
