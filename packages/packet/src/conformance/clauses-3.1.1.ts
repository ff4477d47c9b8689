import { parseClauses } from './clause.ts'

/**
 * The statements of MQTT 3.1.1 whose number or meaning is not that of MQTT 5: number, duty, `=` and the counterpart in 5
 * if there is one, what it says. 3.8.3-4 is printed as 3-8.3-4 in the standard.
 */
export const clauses311 = parseClauses(
  '3.1.1:MQTT-',
  `
1.5.3-1  server    =1.5.4-1  text is well-formed UTF-8; other text ends the connection
1.5.3-2  server    =1.5.4-2  text does not hold U+0000; text that does ends the connection
1.5.3-3  server    =1.5.4-3  U+FEFF stays where it is in a text
2.2.2-1  server    =2.1.3-1  reserved flags of the fixed header have the value that is laid down
2.2.2-2  server    =2.1.3-1  flags that are not allowed end the connection
2.3.1-1  server    =2.2.1-3  SUBSCRIBE, UNSUBSCRIBE and PUBLISH above QoS 0 have a packet identifier that is not 0
2.3.1-2  client    a client gives each of them a packet identifier that is free
2.3.1-3  client    what is sent again keeps its packet identifier
2.3.1-4  outbound  =2.2.1-4  the same holds for a server that sends at QoS 1 and 2
2.3.1-5  server    =2.2.1-2  a PUBLISH at QoS 0 has no packet identifier
2.3.1-6  server    =2.2.1-5  PUBACK, PUBREC and PUBREL repeat the packet identifier of the PUBLISH
2.3.1-7  server    =2.2.1-6  SUBACK and UNSUBACK repeat the packet identifier of the request
3.1.2-2  server    a protocol level that is not served gets CONNACK with 1, then the connection is closed
3.1.2-4  server    Clean Session 0 goes on with the session of that client id or begins one, which is kept afterwards
3.1.2-5  outbound  for a client that is away, messages at QoS 1 and 2 to its filters are kept
3.1.2-6  server    Clean Session 1 throws the earlier session away; the new one ends with the connection
3.1.2-7  server    retained messages are no part of the session and outlast it
3.1.2-8  server    a will is published when the connection has ended, unless DISCONNECT came before
3.1.2-11 server    without the will flag, will QoS, will retain, will topic and will message are absent
3.1.2-12 server    without the will flag no will is published
3.1.2-13 server    =3.1.2-11 without the will flag, will QoS is 0
3.1.2-14 server    =3.1.2-12 will QoS is 0, 1 or 2
3.1.2-15 server    =3.1.2-13 without the will flag, will retain is 0
3.1.2-16 server    =3.1.2-14 a will without will retain is published as a message that is not retained
3.1.2-17 server    =3.1.2-15 a will with will retain is published as a retained message
3.1.2-18 server    =3.1.2-16 without the user name flag there is no user name
3.1.2-19 server    =3.1.2-17 with the user name flag there is a user name
3.1.2-20 server    =3.1.2-18 without the password flag there is no password
3.1.2-21 server    =3.1.2-19 with the password flag there is a password
3.1.2-22 server    without a user name there is no password
3.1.2-23 client    =3.1.2-20 a client with nothing else to send keeps the connection alive with PINGREQ
3.1.2-24 server    =3.1.2-22 after 1.5 × keep alive without a packet the server closes the connection
3.1.3-7  client    a client with an empty client id sets Clean Session
3.1.3-8  server    an empty client id with Clean Session 0 gets CONNACK with 2, then the connection is closed
3.1.3-9  server    a client id that is rejected gets CONNACK with 2, then the connection is closed
3.1.3-10 server    =3.1.3-11 the will topic is text
3.1.3-11 server    =3.1.3-12 the user name is text
3.1.4-1  server    a CONNECT that is not as section 3.1 says ends the connection, without a CONNACK
3.1.4-2  server    =3.1.4-3  a client id that is connected already: the older connection is closed
3.1.4-3  server    =3.1.4-4  Clean Session is obeyed when the CONNECT is accepted
3.1.4-4  server    =3.1.4-5  an accepted CONNECT is answered by CONNACK with 0
3.1.4-5  server    =3.1.4-6  nothing that follows a rejected CONNECT is processed
3.2.2-1  server    =3.2.2-2  after Clean Session 1, Session Present is 0
3.2.2-2  server    =3.2.2-3  after Clean Session 0, Session Present is 1 if there was a session
3.2.2-3  server    =3.2.2-3  Session Present is 0 if there was none
3.2.2-4  server    =3.2.2-6  a CONNACK that refuses has Session Present 0
3.2.2-5  server    =3.2.2-7  after a CONNACK that refuses the connection is closed
3.2.2-6  server    where no return code fits, the connection is closed without a CONNACK
3.3.1-6  server    =3.3.1-9  a new subscription brings the retained message of each topic that matches
3.3.1-7  server    a retained message at QoS 0 ends the one kept before
3.3.1-8  server    RETAIN is 1 on a message that comes because of a new subscription
3.3.1-9  server    =3.3.1-12 RETAIN is 0 on a message for a subscription that stands
3.3.1-10 server    =3.3.1-6  an empty retained message is delivered, and removes the one before
3.3.1-11 server    =3.3.1-7  an empty message is not itself retained
3.3.1-12 server    =3.3.1-8  a PUBLISH without RETAIN leaves the retained message alone
3.3.5-1  server    =3.3.4-2  where filters overlap, the highest QoS granted counts
3.3.5-2  server    a PUBLISH that is not allowed is acknowledged all the same, or ends the connection
3.8.3-2  unmet     a server without wildcards refuses filters that have one (this one has them)
3.8.3-3  server    =3.8.3-2  SUBSCRIBE has at least one filter
3.8.3-4  server    reserved bits or QoS 3 in SUBSCRIBE end the connection
3.8.4-3  server    a filter that is held already is replaced; retained messages come again, others go on
3.8.4-4  server    =3.8.4-5  several filters in one SUBSCRIBE are taken as so many SUBSCRIBEs with one SUBACK
3.8.4-5  server    =3.8.4-6  SUBACK has a return code for each filter: the QoS granted, or failure
3.8.4-6  server    =3.8.4-8  a message is delivered at the lower of its own QoS and the one granted
3.9.3-2  server    SUBACK has no return codes but 0, 1, 2 and 0x80
3.14.4-1 client    after DISCONNECT the client closes the connection
3.14.4-2 client    after DISCONNECT the client sends nothing more
4.1.0-2  server    =4.1.0-1  a session lasts at least as long as the connection
4.3.2-1  outbound  QoS 1, as a sender: a free packet identifier, DUP 0, unacknowledged until PUBACK
4.3.2-2  server    QoS 1, as a receiver: PUBACK; after it the same packet identifier is a new message
4.3.3-1  outbound  QoS 2, as a sender: PUBLISH, PUBREL after PUBREC, unacknowledged until PUBCOMP
4.3.3-2  server    QoS 2, as a receiver: PUBREC, no second delivery until PUBREL, PUBCOMP
4.6.0-5  server    =4.6.0-6  every topic is ordered unless an operator says otherwise
4.6.0-6  server    =4.6.0-5  messages of one client to one topic are delivered in the order in which they came
4.7.1-1  server    =4.7.0-1  wildcards stand in topic filters only
4.7.1-2  server    =4.7.1-1  # stands alone in the last level of a filter
4.7.1-3  server    =4.7.1-2  + stands alone in its level of a filter
4.8.0-1  server    =4.13.1-1 a protocol violation ends the connection it came on
4.8.0-2  server    an error that hinders the server from processing a packet ends the connection it came on
7.1.1-1  server    =4.2.0-1  MQTT travels on a stream that keeps order and loses nothing
7.1.2-1  client    the same for clients
`,
)
