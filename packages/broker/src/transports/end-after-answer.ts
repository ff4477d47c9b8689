import type { Socket } from 'node:net'

/** A client may send its last packets and close its side at once: it still gets the answers, which go out at the end of the turn. */
export function endAfterAnswer(socket: Socket): void {
  socket.allowHalfOpen = true
  socket.on('end', onEnd)
}

function onEnd(this: Socket): void {
  setImmediate(end, this)
}

function end(socket: Socket): void {
  socket.end()
}
