import type { GuidanceView } from '@pillion/host'
import type { HeadUnit } from '../../head-unit.ts'
import { Icon } from '../../icons.tsx'
import { useDialogFocus } from '../../use-dialog-focus.ts'

/** Over any module: an app wants to replace the guidance there is (W 8.1). No popup of W 7, and it does not close by itself. */
export function GuidanceQuestion({
  question,
  headUnit,
}: {
  question: NonNullable<GuidanceView['question']>
  headUnit: HeadUnit
}) {
  const first = useDialogFocus<HTMLButtonElement>()
  const { apps, guidance } = headUnit.view.value
  const name = apps.find(({ idApp }) => idApp === question.idApp)?.name ?? question.idApp
  return (
    <div class="question-layer">
      <div
        class="question"
        role="alertdialog"
        aria-modal="true"
        aria-labelledby="question-title"
        aria-describedby="question-text"
      >
        <span class="overlay-icon">
          <Icon name="navigation" />
        </span>
        <h2 id="question-title">Replace the current guidance?</h2>
        <p id="question-text">
          {name} wants to guide you{question.label && ` to ${question.label}`}
          {guidance.label && `, instead of ${guidance.label}`}.
        </p>
        <div class="overlay-buttons">
          <button
            type="button"
            class="key is-accent"
            ref={first}
            onClick={() => headUnit.host.answerGuidance(true)}
          >
            Replace
          </button>
          <button type="button" class="key" onClick={() => headUnit.host.answerGuidance(false)}>
            Keep
          </button>
        </div>
      </div>
    </div>
  )
}
