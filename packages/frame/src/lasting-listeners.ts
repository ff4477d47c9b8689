/**
 * Listeners of this document that an app cannot lose: `document.open`, and `document.write` once the page is parsed,
 * take every listener away, while the window with all its globals stays. Here the document is opened first, then they
 * are put back, and only then is anything written, so that they are again the first ones.
 */
export class LastingListeners {
  #listenings: (() => void)[] = []
  // Taken now: apps and their libraries replace it.
  #addEventListener = EventTarget.prototype.addEventListener

  constructor() {
    const { write, writeln } = Document.prototype
    const open: (this: Document, ...values: string[]) => Document | Window | null = Document.prototype.open
    const restore = () => this.#restore()
    // Any call of these may be about another document; to put back what is there changes nothing.
    const opening = function (this: Document, ...values: string[]): Document | Window | null {
      const opened = open.apply(this, values)
      restore()
      return opened
    }
    // An empty write opens the document in exactly the cases in which the real one would.
    const writing = (native: (this: Document, ...texts: string[]) => void) =>
      function (this: Document, ...texts: string[]): void {
        write.call(this, '')
        restore()
        native.apply(this, texts)
      }
    Object.assign(Document.prototype, { open: opening, write: writing(write), writeln: writing(writeln) })
  }

  /** In the capture phase. */
  add<Name extends keyof EventsByName>(
    target: EventTarget,
    name: Name,
    listener: (event: EventsByName[Name]) => void,
  ): void {
    const listen = () => this.#addEventListener.call(target, name, listener as EventListener, true)
    this.#listenings.push(listen)
    listen()
  }

  #restore(): void {
    for (const listen of this.#listenings) listen()
  }
}

type EventsByName = WindowEventMap & DocumentEventMap
