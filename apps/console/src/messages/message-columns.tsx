import type { MessageRecord } from '@pillion/schema'
import { Ago, type Column, Tag } from '../parts/index.ts'
import { lastStep, receiverOf, splitSender } from './ends.ts'
import { StateWord } from './state-words.tsx'

export const messageColumns: readonly Column<MessageRecord>[] = [
  { title: 'When', cell: ({ at }) => <Ago at={at} /> },
  { title: 'State', cell: LastState },
  { title: 'From → to', cell: Way },
  { title: 'App', isMinor: true, cell: AppName },
  { title: 'What happened', isWide: true, isMinor: true, cell: (message) => lastStep(message)?.text ?? '' },
]

function LastState(message: MessageRecord) {
  const step = lastStep(message)
  return step ? <StateWord state={step.state} /> : null
}

function Way(message: MessageRecord) {
  const receiver = receiverOf(message)
  return (
    <span title={`${message.from} → ${receiver}`}>
      <End of={message.from} /> <span class="faint">→</span> <End of={receiver} />
    </span>
  )
}

/** UIDs and VINs say by themselves what they are. */
function End({ of }: { of: string }) {
  const { kind, name } = splitSender(of)
  if (name === '') return <>{kind}</>
  if (kind === 'partner' || kind === 'vehicle') return <>{name}</>
  return (
    <>
      <span class="faint">{kind}</span> {name}
    </>
  )
}

function AppName({ idApp, appID, isPopup }: MessageRecord) {
  return (
    <span class="message-app">
      {idApp ?? appID ?? <span class="faint">–</span>}
      {isPopup && <Tag>popup</Tag>}
    </span>
  )
}
