/** When a client tries again that was not let in: `retry` counts from 0 and begins anew once it is in; in milliseconds. */
export type Policy = (retry: number, random: () => number) => number

/** All but the first are as clients have them: a fixed pause as in MQTT.js (1 s), doubling up to a minute as in others. */
export const policies = {
  immediate: () => 0,
  fixed: () => 1_000,
  exponential: (retry) => doubled(retry),
  /** Anywhere between at once and the doubled pause: what we advise. */
  'full jitter': (retry, random) => random() * doubled(retry),
} satisfies Record<string, Policy>

export type PolicyName = keyof typeof policies

/** 1, 2, 4 … up to 60 s. */
function doubled(retry: number): number {
  return Math.min(60_000, 1_000 * 2 ** Math.min(retry, 16))
}
