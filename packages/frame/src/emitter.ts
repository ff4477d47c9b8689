type Handler = (this: Emitter) => unknown

/** What an app sees of an emitter (W 5.3): two methods, and each event name as an own property. */
export interface Emitter {
  addEventListener(name: string, handler: Handler): void
  removeEventListener(name: string, handler: Handler): void
}

const firing = new WeakMap<Emitter, (name: string) => void>()

/**
 * Makes an emitter by the rules of W 5.3. Unknown event names are accepted and a handler that is not a
 * function is ignored, because published samples do both. As in the DOM, a handler registered twice for a
 * name is called once, and one removed while the event fires is not called any more. `aliases` are further
 * spellings of a name: a handler hears the event under either.
 */
export function createEmitter(
  names: readonly string[],
  aliases: Readonly<Record<string, string>> = {},
): Emitter {
  const handlersByName = new Map<string, Handler[]>()
  const handlersOf = (name: string) => handlersByName.get(name) ?? []
  const nameOf = (given: unknown) => {
    const name = String(given)
    return Object.hasOwn(aliases, name) ? (aliases[name] ?? name) : name
  }
  const emitter: Emitter = {
    addEventListener(given, handler) {
      const handlers = handlersOf(nameOf(given))
      if (typeof handler !== 'function' || handlers.includes(handler)) return
      handlersByName.set(nameOf(given), [...handlers, handler])
    },
    removeEventListener(given, handler) {
      handlersByName.set(
        nameOf(given),
        handlersOf(nameOf(given)).filter((known) => known !== handler),
      )
    },
  }
  // Apps test for an event with `hasOwnProperty`; the value is the name, so it can be passed on as one.
  const known = [...names, ...Object.keys(aliases).filter((alias) => names.includes(nameOf(alias)))]
  for (const name of known) Object.assign(emitter, { [name]: name })
  firing.set(emitter, (name) => {
    if (!names.includes(name)) return
    for (const handler of handlersOf(name))
      if (handlersOf(name).includes(handler)) callSafely(emitter, handler)
  })
  return emitter
}

/** Calls the handlers in the order of their registration, without arguments; nobody for an event the emitter does not have. */
export function fire(emitter: Emitter, name: string): void {
  firing.get(emitter)?.(name)
}

/** An exception must not stop the others; it still reaches `window.onerror` and the log. */
function callSafely(emitter: Emitter, handler: Handler): void {
  try {
    handler.call(emitter)
  } catch (error) {
    reportError(error)
  }
}
