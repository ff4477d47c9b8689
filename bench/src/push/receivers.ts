/** How the made-up users, their installations and the topic they are subscribed to are called. */
export const topicID = 'bench'

export function userID(index: number): string {
  return `bench-user-${index}`
}

export function installationID(index: number): string {
  return `bench${String(index).padStart(20, '0')}`
}

/** Also client id and topic filter (P 6.3). */
export function mqttTopic(index: number): string {
  return String(index).padStart(23, '0')
}
