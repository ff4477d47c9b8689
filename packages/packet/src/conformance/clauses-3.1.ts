import { parseClauses } from './clause.ts'

/** MQTT 3.1 numbers no statements: section, and a letter of ours where one section has several; duty; what it says. */
export const clauses31 = parseClauses(
  '3.1:',
  `
2.1   server  PUBREL, SUBSCRIBE and UNSUBSCRIBE may come with DUP set when they are sent again
2.5   server  text is UTF-8, prefixed with its length
3.1a  server  protocol name MQIsdp with version 3; another version gets CONNACK with 1
3.1b  server  user name and password may be announced and yet missing: the end of the packet counts
3.1c  server  without the will flag, will QoS and will retain mean nothing
3.1d  server  a second connection of the same client id ends the first
3.1e  server  after 1.5 × keep alive without a packet the server closes as if DISCONNECT had come, and the will is published
3.1f  server  without Clean Session the client’s filters are kept when it is gone
3.1g  server  there is a client id: an empty one gets CONNACK with 2
3.1h  deviates  a client id beyond 23 characters gets CONNACK with 2 (it is taken, as clients of 3.1 have long had more)
3.2   server  CONNACK: an unused byte, then a return code from 0 to 5
3.3   server  a PUBLISH that is not allowed cannot be refused: it is acknowledged all the same
3.9   server  SUBACK lists the QoS granted in the order of the filters
3.12  server  PINGREQ is answered by PINGRESP
3.14  server  DISCONNECT ends the connection without its will
`,
)
