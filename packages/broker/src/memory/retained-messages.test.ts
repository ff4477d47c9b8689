import { retainedMessagesContract } from '../ports/retained-messages.contract.ts'
import { MemoryRetainedMessages } from './retained-messages.ts'

retainedMessagesContract('memory', (now) => new MemoryRetainedMessages({ messagesMax: 2, now }))
