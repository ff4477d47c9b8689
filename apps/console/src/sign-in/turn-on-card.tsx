import type { TurnedOnSecondFactor } from '@pillion/schema'
import { useState } from 'preact/hooks'
import { RecoveryCodesOnce } from '../second-factor/recovery-codes.tsx'
import { TurnOn } from '../second-factor/turn-on.tsx'
import { beginSession } from '../session.ts'
import { Brand } from '../shell/menu.tsx'
import { signOut } from './sign-in.ts'

/** In place of everything, where the configuration wants a second factor and there is none yet. */
export function TurnOnCard() {
  const [done, setDone] = useState<TurnedOnSecondFactor>()
  return (
    <main class="sign-in">
      <div class="sign-in-card">
        <Brand />
        <h1>Second factor</h1>
        {done ? (
          <RecoveryCodesOnce codes={done.recoveryCodes} onClose={() => beginSession(done.session)} />
        ) : (
          <>
            <p class="hint">
              This server wants one of every operator: besides the password, a code that an app on your phone
              shows.
            </p>
            <TurnOn needsPassword={false} onTurnedOn={setDone} />
            <button type="button" class="text-button" onClick={() => void signOut()}>
              Sign out
            </button>
          </>
        )}
      </div>
    </main>
  )
}
