export type Admission = 'waiting' | 'refused' | 'unheard'

/** A first-in first-out line of clients before one node; what a sign-in costs is taken from what the node can do in a millisecond. */
export class SimulatedNode {
  readonly #perMillisecond: number
  readonly #refusalCost: number
  readonly #creditMin: number
  readonly #waitingMax: number
  readonly #patienceMilliseconds: number
  readonly #clients: number[] = []
  readonly #arrivals: number[] = []
  #head = 0
  /** From `#head` to here, everybody has lost patience. */
  #gone = 0
  /** Sign-ins it can do by now; below 0 it is still busy with refusing. */
  #credit = 0
  /** Sign-ins done for clients that had left. */
  wasted = 0

  /** `refusalCost`: of one refusal, in sign-ins; `backlog`: connections that the kernel keeps until it is their turn to be refused. */
  constructor(options: {
    signInsPerSecond: number
    refusalCost: number
    backlog: number
    waitingMax: number
    patienceMilliseconds: number
  }) {
    this.#perMillisecond = options.signInsPerSecond / 1_000
    this.#refusalCost = options.refusalCost
    this.#creditMin = -options.refusalCost * options.backlog
    this.#waitingMax = options.waitingMax
    this.#patienceMilliseconds = options.patienceMilliseconds
  }

  /** Refused because too many wait; unheard because even refusing takes longer than there is time. */
  admit(client: number, now: number): Admission {
    if (this.#clients.length - this.#head >= this.#waitingMax) {
      if (this.#credit < this.#creditMin) return 'unheard'
      this.#credit -= this.#refusalCost
      return 'refused'
    }
    this.#clients.push(client)
    this.#arrivals.push(now)
    return 'waiting'
  }

  /** A millisecond's work: `isIn` gets those signed in, `hasLeft` those who have waited too long; the node does not know of these. */
  work(now: number, isIn: (client: number) => void, hasLeft: (client: number) => void): void {
    this.#credit += this.#perMillisecond
    for (; this.#credit >= 1 - rounding && this.#head < this.#clients.length; this.#head++) {
      this.#credit -= 1
      if (this.#head < this.#gone) this.wasted++
      else isIn(this.#clients[this.#head] as number)
    }
    if (this.#head === this.#clients.length) this.#rest()
    this.#gone = Math.max(this.#gone, this.#head)
    for (; this.#gone < this.#clients.length; this.#gone++) {
      if ((this.#arrivals[this.#gone] as number) + this.#patienceMilliseconds > now) break
      hasLeft(this.#clients[this.#gone] as number)
    }
  }

  /** Nobody waits; time that is not used is not saved up. */
  #rest(): void {
    this.#credit = Math.min(this.#credit, 0)
    this.#clients.length = 0
    this.#arrivals.length = 0
    this.#head = 0
    this.#gone = 0
  }
}

/** A thousand times a thousandth is not quite one. */
const rounding = 1e-9
