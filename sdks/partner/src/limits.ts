/** Every limit of this library, with its unit last in the name. W = the WebPortal contract, by section. */
export const limits = {
  /** Largest payload of a message in UTF-8 bytes, either direction (W 2.9). */
  payloadBytesMax: 131_072,
  /** How long `connect()` goes on trying before it rejects, unless `connectSeconds` says otherwise. */
  connectSeconds: 30,
  /** One try: from opening the socket to the server's answer. */
  attemptSeconds: 10,
  keepAliveSeconds: 30,
  /** Waiting time between two tries: grows from min to max. */
  backOffSecondsMin: 1,
  backOffSecondsMax: 60,
  /** A connection that lasted this long was a good one; the next loss starts again at the shortest wait. */
  steadySeconds: 10,
  /** How long `close()` waits for sends under way. */
  closeSeconds: 5,
  /** Sends written but not yet acknowledged; lower if the server's receive maximum is lower. */
  inFlightMax: 100,
  /** Sends made before the first connection stands. */
  messagesBeforeConnectMax: 1_000,
  /** Payload bytes of all sends that wait for their turn. */
  waitingBytesMax: 67_108_864,
  /** Messages that one `messages()` loop may lag behind. */
  messagesBufferedMax: 1_000,
  /** How long a receipt is waited for, unless `secondsMax` says otherwise. A popup may wait for four others, 20 s each (W 7.1). */
  receiptSeconds: 300,
  /** Receipts waited for at once; beyond, the oldest is given up. */
  receiptsOpenMax: 10_000,
} as const
