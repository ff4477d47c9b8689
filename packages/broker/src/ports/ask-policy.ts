/** Asks the access policy; that it throws counts as little as that it rejects: "server unavailable", never a refusal. */
export function askPolicy<Answer>(question: () => Answer | Promise<Answer>): Answer | Promise<Answer> {
  try {
    return question()
  } catch (cause) {
    return Promise.reject(cause)
  }
}
