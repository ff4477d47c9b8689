import { parseClauses } from './clause.ts'

/**
 * The numbered statements of MQTT 5 (its appendix B), each in our own words: number, duty, what it says. Numbers are the
 * standard's; `4.2.0-1` is the appendix's spelling of what the body calls 4.2-1.
 */
export const clauses5 = parseClauses(
  'MQTT-',
  `
1.5.4-1  server    text is well-formed UTF-8, without encoded surrogates
1.5.4-2  server    text does not hold U+0000
1.5.4-3  server    U+FEFF stays where it is in a text, even at its beginning
1.5.5-1  server    a variable byte integer takes no more bytes than it needs
1.5.7-1  server    both halves of a string pair obey the rules of text
2.1.3-1  server    reserved flags of the fixed header have the value that is laid down
2.2.1-2  server    a PUBLISH at QoS 0 has no packet identifier
2.2.1-3  client    SUBSCRIBE, UNSUBSCRIBE and PUBLISH above QoS 0 bring a packet identifier that is free and not 0
2.2.1-4  outbound  the server, too, chooses a packet identifier that is free and not 0
2.2.1-5  server    PUBACK, PUBREC, PUBREL and PUBCOMP repeat the packet identifier of the PUBLISH
2.2.1-6  server    SUBACK and UNSUBACK repeat the packet identifier of the request
2.2.2-1  server    no properties are written as a property length of 0
3.1.0-1  server    the first packet of a client is CONNECT
3.1.0-2  server    a second CONNECT is a protocol error and ends the connection
3.1.2-1  server    a protocol name other than MQTT ends the connection; a CONNACK with 0x84 may say so first
3.1.2-2  server    a protocol version that is not served ends the connection; a CONNACK with 0x84 may say so first
3.1.2-3  server    the reserved connect flag must be 0, and the server checks it
3.1.2-4  server    Clean Start 1 throws an existing session away and begins a new one
3.1.2-5  server    Clean Start 0 goes on with the session of that client id
3.1.2-6  server    Clean Start 0 begins a new session where there is none
3.1.2-7  server    a will is kept with the session
3.1.2-8  server    a will is published after the connection has ended and its delay or the session is over, unless DISCONNECT with 0x00 or a new connection came before
3.1.2-9  server    with the will flag, will properties, will topic and will payload are in the packet
3.1.2-10 server    a will is forgotten once it was published or DISCONNECT with 0x00 came
3.1.2-11 server    without the will flag, will QoS is 0
3.1.2-12 server    will QoS is 0, 1 or 2
3.1.2-13 server    without the will flag, will retain is 0
3.1.2-14 server    a will without will retain is published as a message that is not retained
3.1.2-15 server    a will with will retain is published as a retained message
3.1.2-16 server    without the user name flag there is no user name
3.1.2-17 server    with the user name flag there is a user name
3.1.2-18 server    without the password flag there is no password
3.1.2-19 server    with the password flag there is a password
3.1.2-20 client    a client with nothing else to send keeps the connection alive with PINGREQ
3.1.2-21 client    a client obeys the Server Keep Alive in CONNACK
3.1.2-22 server    after 1.5 × keep alive without a packet the server closes the connection
3.1.2-23 server    the session is kept after the connection while Session Expiry Interval is above 0
3.1.2-24 server    no packet to a client is larger than its Maximum Packet Size
3.1.2-25 server    a message too large for a client is discarded, as if it had been sent
3.1.2-26 server    no topic alias to a client is above its Topic Alias Maximum
3.1.2-27 server    a client that allows no topic alias gets none
3.1.2-28 server    who does not ask for Response Information gets none
3.1.2-29 server    with Request Problem Information 0, Reason String and User Properties come only in PUBLISH, CONNACK and DISCONNECT
3.1.2-30 client    after a CONNECT with an authentication method the client sends AUTH and DISCONNECT only, until CONNACK
3.1.3-1  server    the payload of CONNECT has its fields in the order that is laid down
3.1.3-2  server    the client id tells whose session it is
3.1.3-3  server    the client id is there, as the first field of the payload
3.1.3-4  server    the client id is text
3.1.3-5  server    client ids of 1 to 23 digits and letters are accepted
3.1.3-6  server    a client with an empty client id is given one of its own
3.1.3-7  server    an assigned client id counts like one that the client chose, and CONNACK tells it
3.1.3-8  server    a client id that is rejected ends the connection; CONNACK may say 0x85 first
3.1.3-9  server    a new connection to the session before the will delay is over stops the will
3.1.3-10 server    user properties of a will keep their order
3.1.3-11 server    the will topic is text
3.1.3-12 server    the user name is text
3.1.4-1  server    a CONNECT that is not as section 3.1 says ends the connection
3.1.4-2  server    a CONNECT that fails further checks, such as the password, ends the connection
3.1.4-3  server    a client id that is connected already: the older connection gets DISCONNECT with 0x8E and is closed
3.1.4-4  server    Clean Start is obeyed when the CONNECT is accepted
3.1.4-5  server    an accepted CONNECT is answered by CONNACK with 0x00
3.1.4-6  server    nothing that follows a rejected CONNECT is processed
3.2.0-1  server    CONNACK with 0x00 is the first packet to the client, AUTH apart
3.2.0-2  server    there is one CONNACK per connection
3.2.2-1  server    the seven reserved bits of the CONNACK flags are 0
3.2.2-2  server    after Clean Start 1, Session Present is 0
3.2.2-3  server    after Clean Start 0, Session Present says whether there was a session
3.2.2-4  client    a client without a session that hears Session Present 1 closes
3.2.2-5  client    a client with a session that hears Session Present 0 forgets its own
3.2.2-6  server    a CONNACK that refuses has Session Present 0
3.2.2-7  server    after a CONNACK with 0x80 or above the connection is closed
3.2.2-8  server    CONNACK has one of the reason codes listed for it
3.2.2-9  unmet     a server that does not take QoS 1 or 2 says so in CONNACK (this one takes both from publishers)
3.2.2-10 server    a server of lower QoS still accepts a SUBSCRIBE that asks for QoS 1 or 2
3.2.2-11 client    a client does not publish above Maximum QoS
3.2.2-12 unmet     a will of a QoS that is not served is refused with the connection (all three are served)
3.2.2-13 unmet     a will to be retained is refused by a server that retains nothing (this one does)
3.2.2-14 client    a client that was told Retain Available 0 does not set RETAIN
3.2.2-15 client    a client keeps to the server’s Maximum Packet Size
3.2.2-16 server    CONNACK names the client id assigned to a client without one; no other session has it
3.2.2-17 client    a client keeps to the server’s Topic Alias Maximum
3.2.2-18 client    a client that was told no Topic Alias Maximum sends no topic alias
3.2.2-19 server    a Reason String that would make CONNACK too large for the client is left out
3.2.2-20 unmet     User Properties that would make CONNACK too large are left out (the server sends none of its own)
3.2.2-21 client    a client uses the Server Keep Alive
3.2.2-22 server    without a Server Keep Alive the client’s own keep alive counts
3.3.1-1  outbound  DUP is set on a PUBLISH that is sent again
3.3.1-2  server    DUP is 0 at QoS 0
3.3.1-3  server    DUP of an outgoing PUBLISH does not depend on the incoming one
3.3.1-4  server    QoS 3 does not exist
3.3.1-5  server    a PUBLISH with RETAIN replaces the retained message of its topic
3.3.1-6  server    an empty retained message removes the one before; later subscribers get none
3.3.1-7  server    an empty message is not itself retained
3.3.1-8  server    a PUBLISH without RETAIN leaves the retained message alone
3.3.1-9  server    Retain Handling 0: retained messages come with every SUBSCRIBE
3.3.1-10 server    Retain Handling 1: they come only if the subscription is new
3.3.1-11 server    Retain Handling 2: they do not come
3.3.1-12 server    without Retain As Published, RETAIN is 0 on a message that is forwarded
3.3.1-13 server    with Retain As Published, RETAIN is as the publisher set it
3.3.2-1  server    the topic name stands first in PUBLISH and is text
3.3.2-2  server    the topic name of a PUBLISH holds no wildcard
3.3.2-3  server    the topic name sent to a subscriber matches its filter
3.3.2-4  server    Payload Format Indicator goes to subscribers unchanged
3.3.2-5  server    a message whose expiry interval has passed before delivery began is not delivered
3.3.2-6  server    the expiry interval that is sent is less the time the message has waited
3.3.2-7  server    topic aliases end with the connection
3.3.2-8  server    topic alias 0 does not exist
3.3.2-9  client    a client sends no topic alias above the server’s maximum
3.3.2-10 client    a client takes every topic alias that it allowed
3.3.2-11 server    the server sends no topic alias above the client’s maximum
3.3.2-12 server    the server takes every topic alias that it allowed
3.3.2-13 server    Response Topic is text
3.3.2-14 server    Response Topic holds no wildcard
3.3.2-15 server    Response Topic goes to subscribers unchanged
3.3.2-16 server    Correlation Data goes to subscribers unchanged
3.3.2-17 server    User Properties of a PUBLISH go to subscribers unchanged
3.3.2-18 server    User Properties of a PUBLISH keep their order
3.3.2-19 server    Content Type is text
3.3.2-20 server    Content Type goes to subscribers unchanged
3.3.4-1  server    a PUBLISH is answered as its QoS demands
3.3.4-2  server    where filters overlap, the highest QoS granted counts
3.3.4-3  server    the message brings the subscription identifiers of the filters that overlap
3.3.4-4  server    a single copy brings the subscription identifiers of all matching filters that have one
3.3.4-5  server    of several copies each brings the identifier of its own subscription
3.3.4-6  client    a client sends no subscription identifier in a PUBLISH
3.3.4-7  client    a client sends no more unacknowledged messages than the server’s Receive Maximum
3.3.4-8  client    a full Receive Maximum holds back PUBLISH only
3.3.4-9  outbound  the server sends no more unacknowledged messages than the client’s Receive Maximum
3.3.4-10 outbound  a full Receive Maximum holds back PUBLISH only
3.4.2-1  server    PUBACK has one of the reason codes listed for it
3.4.2-2  server    a Reason String that would make PUBACK too large for the client is left out
3.4.2-3  unmet     User Properties that would make PUBACK too large are left out (the server sends none of its own)
3.5.2-1  server    PUBREC has one of the reason codes listed for it
3.5.2-2  server    a Reason String that would make PUBREC too large for the client is left out
3.5.2-3  unmet     User Properties that would make PUBREC too large are left out (the server sends none of its own)
3.6.1-1  server    PUBREL has the flags 0010; others end the connection
3.6.2-1  server    PUBREL has one of the reason codes listed for it
3.6.2-2  outbound  a Reason String that would make PUBREL too large is left out
3.6.2-3  outbound  User Properties that would make PUBREL too large are left out
3.7.2-1  server    PUBCOMP has one of the reason codes listed for it
3.7.2-2  server    a Reason String that would make PUBCOMP too large for the client is left out
3.7.2-3  unmet     User Properties that would make PUBCOMP too large are left out (the server sends none of its own)
3.8.1-1  server    SUBSCRIBE has the flags 0010; others end the connection
3.8.3-1  server    topic filters in SUBSCRIBE are text
3.8.3-2  server    SUBSCRIBE has at least one filter
3.8.3-3  server    with No Local a connection does not get what it published itself
3.8.3-4  server    No Local on a shared subscription is a protocol error
3.8.3-5  server    reserved subscription options make SUBSCRIBE malformed
3.8.4-1  server    SUBSCRIBE is answered by SUBACK
3.8.4-2  server    SUBACK has the packet identifier of its SUBSCRIBE
3.8.4-3  server    a filter that is held already is replaced, not added
3.8.4-4  server    replacing a filter with Retain Handling 0 sends retained messages again, and loses no other message
3.8.4-5  server    several filters in one SUBSCRIBE are taken as so many SUBSCRIBEs with one SUBACK
3.8.4-6  server    SUBACK has a reason code for each filter
3.8.4-7  server    that reason code tells the QoS granted or that the subscription failed
3.8.4-8  server    a message is delivered at the lower of its own QoS and the one granted
3.9.2-1  server    a Reason String that would make SUBACK too large for the client is left out
3.9.2-2  unmet     User Properties that would make SUBACK too large are left out (the server sends none of its own)
3.9.3-1  server    reason codes in SUBACK have the order of the filters
3.9.3-2  server    SUBACK has only reason codes listed for it
3.10.1-1 server    UNSUBSCRIBE has the flags 0010; others end the connection
3.10.3-1 server    topic filters in UNSUBSCRIBE are text
3.10.3-2 server    UNSUBSCRIBE has at least one filter
3.10.4-1 server    a filter that is held, character by character the same, ends with UNSUBSCRIBE
3.10.4-2 server    no new message is delivered for a filter that has ended
3.10.4-3 outbound  deliveries at QoS 1 and 2 that have begun are finished after UNSUBSCRIBE
3.10.4-4 server    UNSUBSCRIBE is answered by UNSUBACK
3.10.4-5 server    UNSUBACK has the packet identifier of its UNSUBSCRIBE, and comes even if there was no such filter
3.10.4-6 server    several filters in one UNSUBSCRIBE are taken as so many UNSUBSCRIBEs with one UNSUBACK
3.11.2-1 server    a Reason String that would make UNSUBACK too large for the client is left out
3.11.2-2 unmet     User Properties that would make UNSUBACK too large are left out (the server sends none of its own)
3.11.3-1 server    reason codes in UNSUBACK have the order of the filters
3.11.3-2 server    UNSUBACK has only reason codes listed for it
3.12.4-1 server    PINGREQ is answered by PINGRESP
3.14.0-1 server    the server sends DISCONNECT only after a CONNACK that accepts
3.14.1-1 server    reserved flags of DISCONNECT are checked; others than 0 are malformed
3.14.2-1 server    DISCONNECT has one of the reason codes listed for it
3.14.2-2 server    the server’s DISCONNECT has no Session Expiry Interval
3.14.2-3 server    a Reason String that would make DISCONNECT too large for the client is left out
3.14.2-4 unmet     User Properties that would make DISCONNECT too large are left out (the server sends none of its own)
3.14.4-1 server    nothing follows a DISCONNECT
3.14.4-2 server    who has sent DISCONNECT closes the connection
3.14.4-3 server    DISCONNECT with 0x00 discards the will
3.15.1-1 server    AUTH has the flags 0000; others end the connection
3.15.2-1 server    AUTH has one of the reason codes listed for it
3.15.2-2 auth      a Reason String that would make AUTH too large is left out
3.15.2-3 auth      User Properties that would make AUTH too large are left out
4.1.0-1  server    session state lasts as long as the connection is open
4.1.0-2  server    session state ends when the connection is closed and Session Expiry Interval has passed
4.2.0-1  server    MQTT travels on a stream that keeps order and loses nothing
4.3.1-1  server    a message at QoS 0 is sent with DUP 0
4.3.2-1  outbound  a sender gives every new message at QoS 1 a free packet identifier
4.3.2-2  outbound  a sender sends it with that packet identifier, QoS 1 and DUP 0
4.3.2-3  outbound  a sender counts it as unacknowledged until PUBACK
4.3.2-4  server    a receiver answers QoS 1 with PUBACK once it has taken the message over
4.3.2-5  server    after PUBACK the same packet identifier is a new message, whatever DUP says
4.3.3-1  outbound  a sender gives every new message at QoS 2 a free packet identifier
4.3.3-2  outbound  a sender sends it with that packet identifier, QoS 2 and DUP 0
4.3.3-3  outbound  a sender counts it as unacknowledged until PUBREC
4.3.3-4  outbound  a sender answers PUBREC below 0x80 with PUBREL of the same packet identifier
4.3.3-5  outbound  a sender counts PUBREL as unacknowledged until PUBCOMP
4.3.3-6  outbound  after PUBREL a sender does not send the PUBLISH again
4.3.3-7  outbound  a message at QoS 2 that was sent does not expire any more
4.3.3-8  server    a receiver answers QoS 2 with PUBREC once it has taken the message over
4.3.3-9  server    after PUBREC with 0x80 or above the same packet identifier is a new message
4.3.3-10 server    until PUBREL the same packet identifier is answered by PUBREC and delivered no second time
4.3.3-11 server    PUBREL is answered by PUBCOMP of the same packet identifier
4.3.3-12 server    after PUBCOMP the same packet identifier is a new message
4.3.3-13 server    the handshake of QoS 2 goes on even if the message has expired
4.4.0-1  outbound  what is unacknowledged is sent again when a session goes on, and at no other time
4.4.0-2  outbound  PUBACK and PUBREC with 0x80 or above end a delivery, too
4.5.0-1  outbound  a message is added to the session of every client with a matching filter
4.5.0-2  client    a client acknowledges what it gets, whether it uses it or not
4.6.0-1  client    a client sends again in the order in which it sent first
4.6.0-2  client    a client sends PUBACK in the order of the messages
4.6.0-3  client    a client sends PUBREC in the order of the messages
4.6.0-4  client    a client sends PUBREL in the order of the PUBRECs
4.6.0-5  server    messages of one client to one topic are delivered in the order in which they came
4.6.0-6  server    that holds for every topic, shared subscriptions apart
4.7.0-1  server    wildcards stand in topic filters only
4.7.1-1  server    # stands alone in the last level of a filter
4.7.1-2  server    + stands alone in its level of a filter
4.7.2-1  server    a filter that begins with a wildcard does not match a topic name that begins with $
4.7.3-1  server    topic names and filters have at least one character
4.7.3-2  server    topic names and filters do not hold U+0000
4.7.3-3  server    topic names and filters have at most 65,535 bytes
4.7.3-4  server    topic names and filters are compared as they are, nothing is normalised
4.8.2-1  server    a shared subscription begins with $share/ and a share name of at least one character
4.8.2-2  server    a share name holds no /, + or #; a / and a topic filter follow it
4.8.2-3  server    the QoS granted counts for shared subscriptions, too
4.8.2-4  outbound  a shared message at QoS 2 on its way to a client is finished when that client is back
4.8.2-5  outbound  if that client’s session ends, nobody else gets it
4.8.2-6  outbound  a shared message that its client refuses goes to nobody else
4.9.0-1  outbound  the send quota begins above 0 and within Receive Maximum
4.9.0-2  outbound  every PUBLISH above QoS 0 takes one off the send quota; at 0 none is sent
4.9.0-3  outbound  a send quota of 0 holds back nothing else
4.12.0-1 server    an authentication method that is not offered ends the connection; CONNACK may say 0x8C or 0x87 first
4.12.0-2 auth      the server asks for more with AUTH and 0x18
4.12.0-3 auth      the client answers with AUTH and 0x18
4.12.0-4 auth      the server may refuse at any point, and closes
4.12.0-5 auth      every AUTH and the CONNACK name the method of the CONNECT
4.12.0-6 server    who named no method gets no AUTH, and no method in CONNACK
4.12.0-7 client    who named no method sends no AUTH
4.12.1-1 auth      a client authenticates again with AUTH, 0x19 and the same method
4.12.1-2 auth      if that fails the connection is closed
4.13.1-1 server    a malformed packet or a protocol error ends the connection
4.13.2-1 server    CONNACK or DISCONNECT with 0x80 or above goes with the end of the connection
6.0.0-1  server    MQTT travels in binary WebSocket frames; any other ends the connection
6.0.0-2  server    packets and WebSocket frames need not begin and end together
6.0.0-3  client    a client offers the WebSocket subprotocol mqtt
6.0.0-4  server    the server selects the WebSocket subprotocol mqtt
7.0.0-1  unmet     a server that connects to other servers obeys the rules of clients there (this one does not)
7.0.0-2  server    nobody needs more than the standard to talk to it
`,
)
