import { useComputed } from '@preact/signals'
import { useEffect, useErrorBoundary } from 'preact/hooks'
import { Button } from '../parts/button.tsx'
import { Empty, Fault } from '../parts/empty.tsx'
import { asProblem } from '../parts/form.tsx'
import { Notices } from '../parts/notice.tsx'
import { place, placeHref } from '../place.ts'
import type { Screen } from '../screen.ts'
import { screens } from '../screens/index.ts'
import { may, sessionState } from '../session.ts'
import { SignInCard } from '../sign-in/sign-in-card.tsx'
import { TurnOnCard } from '../sign-in/turn-on-card.tsx'
import { KeysDialog, useKeys } from './keys.tsx'
import { followLive } from './live.ts'
import { Menu, TopBar } from './menu.tsx'

/** The whole page: who is not signed in sees the card, everybody else the menu and one screen. */
export function Shell() {
  const state = sessionState.value
  if (state.kind === 'asking') return <div class="splash" role="status" aria-label="Loading" />
  if (state.kind === 'out') return <SignInCard notice={state.notice} />
  if (state.session.secondFactor === 'missing') return <TurnOnCard />
  return <SignedIn key={state.session.name} />
}

function SignedIn() {
  const { path } = place.value
  const screen = screens.find((each) => each.path === (path === '' ? 'overview' : path))
  const isMine = useComputed(() => screen !== undefined && may(screen.role)).value
  const keys = useKeys()
  useEffect(followLive, [])
  useEffect(() => {
    document.title = `${screen?.title ?? 'Not found'} · Pillion console`
  }, [screen])
  return (
    <div class="shell">
      <button type="button" class="skip" onClick={() => document.getElementById('content')?.focus()}>
        Skip to content
      </button>
      <TopBar />
      <Menu open={screen?.path ?? ''} />
      <main id="content" class="content" tabIndex={-1}>
        {screen === undefined || !isMine ? (
          <NotHere isRefused={screen !== undefined} />
        ) : (
          <Guarded key={screen.path} screen={screen} />
        )}
      </main>
      <Notices />
      {keys.isHelpOpen && <KeysDialog onClose={keys.closeHelp} />}
    </div>
  )
}

/** A screen that fails leaves the others usable. */
function Guarded({ screen }: { screen: Screen }) {
  const [thrown, reset] = useErrorBoundary()
  if (thrown === undefined) return <screen.View place={place.value} />
  return (
    <div class="page">
      <h1>{screen.title}</h1>
      <Fault error={asProblem(thrown)} onRetry={reset} />
    </div>
  )
}

function NotHere({ isRefused }: { isRefused: boolean }) {
  return (
    <div class="page">
      <h1 class="unseen">Not found</h1>
      <Empty title={isRefused ? 'Your role does not see this screen.' : 'There is no such screen.'}>
        <Button
          onClick={() => {
            location.hash = placeHref('overview')
          }}
        >
          To the overview
        </Button>
      </Empty>
    </div>
  )
}
