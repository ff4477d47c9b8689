/** Why a statement asks for a test of the server, or does not. */
export const duties = {
  server: 'the server obeys or enforces it: a test holds it',
  client: 'only clients are bound by it',
  outbound: 'about sending at QoS 1 and 2: this server grants QoS 0 and never does',
  auth: 'about enhanced authentication (AUTH), which is not offered',
  unmet: 'about a case that never arises here; the words say why',
  deviates: 'not as the standard says, on purpose; the words say how',
} as const

export type Duty = keyof typeof duties

export interface Clause {
  /** As in the brackets of a test name: `MQTT-3.1.2-22`, `3.1.1:MQTT-3.1.2-24`, `3.1:3.1a`. */
  readonly id: string
  readonly duty: Duty
  readonly says: string
  /** The statement of MQTT 5 that says the same, by id. */
  readonly counterpart: string | undefined
}

/** One clause per line: number, duty, `=number` of the counterpart in MQTT 5 if there is one, words. */
export function parseClauses(prefix: string, lines: string): readonly Clause[] {
  return lines
    .trim()
    .split('\n')
    .map((line) => {
      const [, number, duty, counterpart, says] = line.match(/^(\S+) +(\w+) +(?:=(\S+) +)?(.+)$/) ?? []
      if (says === undefined || !isDuty(duty)) throw new Error(`Not a clause: ${line}`)
      return {
        id: `${prefix}${number}`,
        duty,
        says,
        counterpart: counterpart === undefined ? undefined : `MQTT-${counterpart}`,
      }
    })
}

function isDuty(text: string | undefined): text is Duty {
  return text !== undefined && Object.hasOwn(duties, text)
}
