import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

/** A way to a server that can be cut: the network between, for tests. */
export interface Detour {
  readonly port: number
  /** Ends the connections and takes no new ones until `restore`. */
  cut(): void
  restore(): void
  /** From now on the server's bytes are lost on their way; the client's arrive. Until `cut`. */
  swallowAnswers(): void
  /** How often somebody tried to connect. */
  readonly tries: number
  close(): Promise<void>
}

export async function startDetour(target: number): Promise<Detour> {
  const sockets = new Set<Socket>()
  let open = true
  let swallowing = false
  let tries = 0
  const server = createServer((near) => {
    tries += 1
    if (!open) return near.destroy()
    const far = connect(target, '127.0.0.1')
    for (const socket of [near, far]) sockets.add(socket.on('error', () => undefined))
    near.pipe(far)
    far.on('data', (bytes) => swallowing || near.write(bytes))
    near.on('close', () => far.destroy())
    far.on('close', () => near.destroy())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const cut = () => {
    open = false
    swallowing = false
    for (const socket of sockets) socket.destroy()
    sockets.clear()
  }
  return {
    port: (server.address() as AddressInfo).port,
    cut,
    restore: () => {
      open = true
    },
    swallowAnswers: () => {
      swallowing = true
    },
    get tries() {
      return tries
    },
    close: () => {
      cut()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
}
