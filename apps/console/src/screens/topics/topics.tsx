import type { TopicView } from '@pillion/schema'
import { useMemo, useState } from 'preact/hooks'
import { MessageList } from '../../messages/message-list.tsx'
import { Card, Copy, Empty, Fault, Loading, Page, Search, useLoad } from '../../parts/index.ts'
import { type Place, setQuery } from '../../place.ts'
import { TopicTree } from './topic-tree.tsx'
import { growTree, openedAlone, openedTo } from './tree.ts'

const findText = (text: string) => setQuery({ search: text })

/** The topics of the messages that are remembered, level by level; `?topic=` is the one whose messages are shown. */
export function Topics({ place }: { place: Place }) {
  const search = place.query.get('search') ?? ''
  const chosen = place.query.get('topic') ?? ''
  const { value: topics, error, reload } = useLoad<TopicView[]>('/topics', { everySeconds: 5 })
  const tree = useMemo(() => growTree(topics ?? [], search), [topics, search])
  const [byHand, setOpened] = useState<ReadonlySet<string>>()
  const opened = byHand ?? new Set([...openedTo(chosen), ...openedAlone(tree)])
  return (
    <Page
      title="Topics"
      about="The topics of all messages that the ledger remembers, and the last messages of each."
      filters={<Search label="Part of a topic" value={search} onChange={findText} />}
    >
      {error && <Fault error={error} onRetry={reload} />}
      {!topics && !error && <Loading />}
      {topics?.length === 0 && (
        <Empty title="No topic has had a message yet.">
          Topics show up here with their first message. Send one to an app in a vehicle, or publish with any
          MQTT client.
        </Empty>
      )}
      {topics && topics.length > 0 && tree.children.length === 0 && (
        <Empty title={`No topic has “${search}” in it.`} />
      )}
      {tree.children.length > 0 && (
        <div class="topics">
          <Card>
            <TopicTree
              tree={tree}
              opened={opened}
              isSearch={search !== ''}
              chosen={chosen}
              onOpen={setOpened}
            />
          </Card>
          <Chosen topic={chosen} />
        </div>
      )}
    </Page>
  )
}

function Chosen({ topic }: { topic: string }) {
  if (topic === '') return <Empty title="Choose a topic to see its last messages." />
  return (
    <Card title={<Copy text={topic} />}>
      <MessageList
        key={topic}
        query={{ topic }}
        count={20}
        empty={<Empty title="None of its messages is remembered any more." />}
      />
    </Card>
  )
}
