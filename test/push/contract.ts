/** The status of each error code, as P 15 has it: written down here once more, so that the tests do not ask the server what is right. */
const codes: Readonly<Record<number, readonly string[]>> = {
  400: [
    ...['INVALID_INPUT_DATA', 'INVALID_JSON', 'MISSING_DATA', 'INVALID_BUCKET', 'INVALID_OBJECT_ID'],
    ...[
      'QUERY_NOT_SUPPORTED',
      'invalid_grant',
      'invalid_client',
      'invalid_request',
      'unsupported_grant_type',
    ],
  ],
  401: ['UNAUTHORIZED', 'WRONG_PASSWORD', 'USER_DISABLED', 'THING_DISABLED'],
  403: ['WRONG_TOKEN', 'WRONG_REFRESH_TOKEN', 'APP_DISABLED'],
  404: [
    ...['APP_NOT_FOUND', 'USER_NOT_FOUND', 'THING_NOT_FOUND', 'GROUP_NOT_FOUND', 'INSTALLATION_NOT_FOUND'],
    ...['MQTT_ENDPOINT_NOT_FOUND', 'TOPIC_NOT_FOUND', 'PUSH_SUBSCRIPTION_NOT_FOUND', 'FILTER_NOT_FOUND'],
    ...['BUCKET_NOT_FOUND', 'OBJECT_NOT_FOUND', 'ACL_NOT_FOUND', 'THING_OWNERSHIP_NOT_FOUND', 'NOT_FOUND'],
  ],
  409: [
    ...['USER_ALREADY_EXISTS', 'THING_ALREADY_EXISTS', 'GROUP_ALREADY_EXISTS', 'TOPIC_ALREADY_EXISTS'],
    ...['PUSH_SUBSCRIPTION_ALREADY_EXISTS', 'INSTALLATION_ALREADY_EXISTS', 'ACL_ALREADY_EXISTS'],
    ...['THING_OWNERSHIP_ALREADY_EXISTS', 'OBJECT_ALREADY_EXISTS', 'OBJECT_VERSION_IS_STALE'],
    'OPERATION_NOT_ALLOWED',
  ],
  429: ['TOO_MANY_REQUESTS'],
  500: ['UNDEFINED_ERROR'],
  501: ['OPERATION_NOT_IMPLEMENTED'],
  503: ['MQTT_ENDPOINT_NOT_READY', 'TEMPORARY_UNAVAILABLE_ERROR'],
}

export function statusOf(code: string): number {
  for (const [status, names] of Object.entries(codes)) if (names.includes(code)) return Number(status)
  throw new Error(`P 15 has no code ${code}`)
}
