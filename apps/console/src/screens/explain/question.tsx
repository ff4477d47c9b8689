import type { Explanation } from '@pillion/schema'
import type { ComponentChildren } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import { get, type Query } from '../../api.ts'
import { Card, Form, Sentence, State } from '../../parts/index.ts'

interface QuestionProps {
  /** `/explain/…` */
  readonly path: string
  readonly query: Query
  readonly isReady: boolean
  /** The form came filled, by a link: it is answered at once. */
  readonly isAsked: boolean
  /** The fields. */
  readonly children: ComponentChildren
}

/** A form that asks, and below it the answer, step by step. */
export function Question({ path, query, isReady, isAsked, children }: QuestionProps) {
  const [answer, setAnswer] = useState<{ of: string; explanation: Explanation }>()
  const asked = JSON.stringify([path, query])
  const ask = async () => {
    setAnswer({ of: asked, explanation: await get<Explanation>(path, query) })
  }
  useEffect(() => {
    // What goes wrong is said when somebody presses the button.
    if (isAsked && isReady) void ask().catch(() => {})
  }, [])
  return (
    <>
      <Card>
        <Form verb="Ask" isReady={isReady} onSubmit={ask}>
          {children}
        </Form>
      </Card>
      {answer?.of === asked && <Answer explanation={answer.explanation} />}
    </>
  )
}

function Answer({ explanation: { isYes, answer, steps } }: { explanation: Explanation }) {
  return (
    <section class="card explanation" aria-live="polite">
      <header class="explanation-answer">
        <State kind={isYes ? 'good' : 'bad'}>{isYes ? 'Yes' : 'No'}</State>
        <h2>{answer}</h2>
      </header>
      <ol class="story-steps">
        {steps.map(({ isPassed, text, reason, fix }) => (
          <li key={text} class={`story-step ${isPassed ? 'good' : 'bad'}`}>
            <p class="story-text">
              <span class="unseen">{isPassed ? 'Passed: ' : 'Not passed: '}</span>
              {text}
            </p>
            {reason && (
              <p class="story-where">
                <code>{reason}</code>
              </p>
            )}
            {fix && (
              <p class="fix">
                <Sentence text={fix} />
              </p>
            )}
          </li>
        ))}
      </ol>
    </section>
  )
}
