import { Page } from '../../parts/index.ts'
import { type Place, placeHref } from '../../place.ts'
import { ExplainDelivery } from './explain-delivery.tsx'
import { ExplainPublish } from './explain-publish.tsx'
import { ExplainPush } from './explain-push.tsx'

const questions = [
  ['publish', 'May it publish there?', ExplainPublish],
  ['delivery', 'Would a message reach that app?', ExplainDelivery],
  ['push', 'Would a push reach them?', ExplainPush],
] as const

/** `?about=` is the question, the rest of the query fills its form. */
export function Explain({ place }: { place: Place }) {
  const about = place.query.get('about') ?? 'publish'
  const [open, , Question] = questions.find(([name]) => name === about) ?? questions[0]
  return (
    <Page
      title="Explain"
      about={
        <>
          Asks the rules that are in force right now; nothing is sent. Why somebody was turned away earlier is
          in the <a href={placeHref('refusals')}>refusals</a>.
        </>
      }
      filters={
        <nav class="tabs" aria-label="Question">
          {questions.map(([name, text]) => (
            <a
              key={name}
              href={placeHref('explain', [], { about: name })}
              {...(name === open ? { 'aria-current': 'page' as const } : {})}
            >
              {text}
            </a>
          ))}
        </nav>
      }
    >
      <Question key={`${open} ${place.query}`} query={place.query} />
    </Page>
  )
}
