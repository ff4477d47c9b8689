// Asks the node on this machine how it is, as a health check does: `node health.mjs /healthz`, or /readyz. Exits with 0 on 200, with 1
// otherwise. A listener that wants a PROXY header gets one; so it takes PILLION_LISTENERS__HTTP__… as the node does.
import { connect } from 'node:net'

const { PILLION_LISTENERS__HTTP__PORT: port = '8080', PILLION_LISTENERS__HTTP__PROXYPROTOCOL: wantsHeader } =
  process.env
const host = process.env.PILLION_LISTENERS__HTTP__HOST ?? '127.0.0.1'
const path = process.argv[2] ?? '/healthz'

// An address to listen on that stands for all of them is none to connect to.
const socket = connect(Number(port), ['0.0.0.0', '::'].includes(host) ? '127.0.0.1' : host)
socket.setTimeout(2_000, () => end('no answer within 2 s'))
socket.on('error', ({ message }) => end(message))
socket.on('end', () => end('no answer'))
if (wantsHeader === 'true') socket.write('PROXY UNKNOWN\r\n')
socket.write(`GET ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`)
socket.once('data', (bytes) => end(bytes.toString('latin1').split('\r\n', 1)[0]))

function end(answer) {
  console.log(answer)
  process.exit(/^HTTP\/1\.1 200 /.test(answer) ? 0 : 1)
}
