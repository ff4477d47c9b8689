import { useRef } from 'preact/hooks'
import { Icon } from '../icons.tsx'
import { secondsUntil, useNow } from '../use-now.ts'
import type { SignIn, SignInPhase } from './sign-in.ts'

type Phase<Kind extends SignInPhase['kind']> = Extract<SignInPhase, { kind: Kind }>

/** What stands in place of the head unit until the vehicle is known. */
export function SignInCard({
  phase,
  signIn,
}: {
  phase: Exclude<SignInPhase, { kind: 'running' }>
  signIn: SignIn
}) {
  return (
    <main class="sign-in">
      <div class="sign-in-card">
        <p class="brand">
          <span class="brand-mark" aria-hidden="true" />
          Pillion
        </p>
        {phase.kind === 'away' ? (
          <Away phase={phase} signIn={signIn} />
        ) : (
          <Form phase={phase} signIn={signIn} />
        )}
      </div>
    </main>
  )
}

function Form({ phase, signIn }: { phase: Phase<'form'> | Phase<'asking'>; signIn: SignIn }) {
  const vin = useRef<HTMLInputElement>(null)
  const password = useRef<HTMLInputElement>(null)
  const asking = phase.kind === 'asking'
  const fault = phase.kind === 'form' ? phase.fault : undefined
  const submit = (event: Event) => {
    event.preventDefault()
    signIn.signIn({ vin: vin.current?.value.trim() ?? '', password: password.current?.value ?? '' })
  }
  return (
    <form onSubmit={submit} aria-busy={asking}>
      <h1>Start the head unit</h1>
      <p class="hint">
        Sign in as a vehicle: its VIN and password were shown when it was added to the server.
      </p>
      {fault && (
        <p class="fault" role="alert">
          <Icon name="warning" />
          {fault}
        </p>
      )}
      <label>
        VIN
        <input
          ref={vin}
          name="vin"
          defaultValue={phase.vin}
          required
          maxLength={17}
          autocomplete="username"
          autocapitalize="characters"
          spellcheck={false}
          placeholder="17 letters and digits"
          disabled={asking}
        />
      </label>
      <label>
        Password
        <input
          ref={password}
          name="password"
          type="password"
          required
          autocomplete="current-password"
          disabled={asking}
        />
      </label>
      <button type="submit" class="primary" disabled={asking}>
        {asking ? 'Signing in…' : 'Start'}
      </button>
      <p class="hint">
        No vehicle yet? <code>npx pillion vehicle add VIN</code>
      </p>
    </form>
  )
}

function Away({ phase, signIn }: { phase: Phase<'away'>; signIn: SignIn }) {
  const seconds = secondsUntil(phase.retryAt, useNow())
  return (
    <div>
      <h1>The server is away</h1>
      <p class="fault" role="alert">
        <Icon name="warning" />
        {phase.text}
      </p>
      <p class="hint">
        {seconds > 0 ? `Trying again in ${seconds} s.` : 'Trying again…'} The vehicle <b>{phase.vin}</b>{' '}
        starts as soon as it answers.
      </p>
      <button type="button" class="primary" onClick={() => signIn.retryNow()}>
        Try now
      </button>
      <button type="button" class="quiet" onClick={() => signIn.signOut()}>
        Use another vehicle
      </button>
    </div>
  )
}
