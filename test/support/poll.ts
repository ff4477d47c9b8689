import { setTimeout as sleep } from 'node:timers/promises'

const intervalMilliseconds = 50

/** Asks until `isOver` of the answer; then, or when `deadlineMilliseconds` have passed, returns the answer: the caller judges it. */
export async function poll<Answer>(
  ask: () => Promise<Answer>,
  isOver: (answer: Answer) => boolean,
  deadlineMilliseconds: number,
): Promise<Answer> {
  const deadline = Date.now() + deadlineMilliseconds
  for (;;) {
    const answer = await ask()
    if (isOver(answer) || Date.now() > deadline) return answer
    await sleep(intervalMilliseconds)
  }
}
