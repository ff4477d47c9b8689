import { effect } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import type { Display } from './display.ts'
import type { HeadUnit } from './head-unit.ts'
import { Icon } from './icons.tsx'
import { listenToKeys } from './keyboard.ts'
import { pageTitle } from './page-title.ts'
import { LogView } from './panel/log-view.tsx'
import { Panel } from './panel/panel.tsx'
import { Bezel } from './screen/bezel.tsx'
import { Screen } from './screen/screen.tsx'
import type { SignIn } from './sign-in/sign-in.ts'
import { SignInCard } from './sign-in/sign-in-card.tsx'

/** The whole page: before sign-in a card, then the head unit with the developer’s panel beside it and the log below. */
export function Page({ signIn, display }: { signIn: SignIn; display: Display }) {
  const phase = signIn.phase.value
  return (
    <div class="page">
      {phase.kind === 'running' ? (
        <Running headUnit={phase.headUnit} signIn={signIn} display={display} />
      ) : (
        <SignInCard phase={phase} signIn={signIn} />
      )}
    </div>
  )
}

function Running({ headUnit, signIn, display }: { headUnit: HeadUnit; signIn: SignIn; display: Display }) {
  useEffect(() => listenToKeys(headUnit), [headUnit])
  useEffect(
    () => effect(() => headUnit.host.useVirtualKeyboard(display.virtualKeyboard.value)),
    [headUnit, display],
  )
  useTitle(headUnit)
  const { panelOpen } = display
  return (
    <>
      <main class="cabin" aria-label="Head unit">
        <Bezel screenClass={display.screenClass.value}>
          <Screen key={headUnit.id} headUnit={headUnit} display={display} switchOn={() => signIn.restart()} />
        </Bezel>
      </main>
      <button
        type="button"
        class="panel-toggle"
        aria-expanded={panelOpen.value}
        aria-controls="tools"
        aria-label="Developer tools"
        title="Developer tools"
        onClick={() => {
          panelOpen.value = !panelOpen.value
        }}
      >
        <Icon name={panelOpen.value ? 'close' : 'panel'} />
      </button>
      {panelOpen.value && (
        <div class="tools" id="tools">
          <Panel headUnit={headUnit} signIn={signIn} display={display} />
          <LogView log={headUnit.log} drops={headUnit.drops} />
        </div>
      )}
    </>
  )
}

/** Several vehicles in several tabs are told apart by it. */
function useTitle(headUnit: HeadUnit): void {
  useEffect(() => {
    const title = document.title
    const end = effect(() => {
      document.title = pageTitle(headUnit.view.value)
    })
    return () => {
      end()
      document.title = title
    }
  }, [headUnit])
}
