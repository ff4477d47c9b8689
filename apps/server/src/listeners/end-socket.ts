import type { Duplex } from 'node:stream'

/** Answers whoever is to go, and closes: after `seconds` also if the peer does not. */
export function endSocket(socket: Duplex, answer: string, seconds: number): void {
  // The peer may be gone already; nobody else is there to hear of it.
  socket.on('error', () => socket.destroy())
  // What it still sends is not for anybody, but unread it would keep us from noticing its end.
  socket.resume()
  socket.end(answer)
  const timer = setTimeout(() => socket.destroy(), seconds * 1_000).unref()
  socket.on('close', () => clearTimeout(timer))
}
