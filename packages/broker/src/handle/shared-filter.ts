/** A topic filter, and the share name it was given, if any. */
export interface ParsedFilter {
  readonly filter: string
  readonly share: string | undefined
}

const prefix = '$share/'

/** Takes `$share/<share name>/<filter>` apart. Undefined: the share name is empty or holds + or # [MQTT-4.8.2-1] [MQTT-4.8.2-2], or there is no filter. */
export function parseSharedFilter(topicFilter: string): ParsedFilter | undefined {
  if (topicFilter !== '$share' && !topicFilter.startsWith(prefix))
    return { filter: topicFilter, share: undefined }
  const end = topicFilter.indexOf('/', prefix.length)
  const share = topicFilter.slice(prefix.length, end)
  const filter = topicFilter.slice(end + 1)
  if (end < 0 || share === '' || /[+#]/.test(share) || filter === '') return undefined
  return { filter, share }
}
