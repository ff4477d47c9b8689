/** Polls `read` until it gives something truthy and returns that; throws after `deadlineMilliseconds`, naming `what`. */
export async function waitUntil<T>(
  what: string,
  read: () => T | undefined | false | null | Promise<T | undefined | false | null>,
  deadlineMilliseconds = 30_000,
): Promise<T> {
  const deadline = Date.now() + deadlineMilliseconds
  for (;;) {
    const value = await read()
    if (value) return value
    if (Date.now() > deadline) throw new Error(`Waited ${deadlineMilliseconds} ms in vain: ${what}.`)
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}
