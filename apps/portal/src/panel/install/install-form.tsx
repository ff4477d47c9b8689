import { useSignal } from '@preact/signals'
import { useId, useLayoutEffect, useRef } from 'preact/hooks'
import type { HeadUnit } from '../../head-unit.ts'
import { Icon } from '../../icons.tsx'
import { guessAppId } from './guess-app-id.ts'
import { type InstallAnswer, installPackage, keptToken } from './install-package.ts'

interface InstallFormProps {
  readonly archive: File
  readonly headUnit: HeadUnit
  readonly close: () => void
}

interface InstallState {
  readonly busy: boolean
  readonly fault?: string
  readonly done?: string
  /** Who could own the app, which is new. */
  readonly partners?: readonly string[]
}

/**
 * Installs a package that was dropped on the panel (W 11.1), and puts the app on the wall. An app that is new is added once a
 * partner is chosen that owns it. The operator's token is asked for once in each tab.
 */
export function InstallForm({ archive, headUnit, close }: InstallFormProps) {
  const { apps, vin } = headUnit.view.value
  const idApp = useRef<HTMLInputElement>(null)
  const owner = useRef<HTMLSelectElement>(null)
  const token = useRef<HTMLInputElement>(null)
  const asksToken = useSignal(keptToken() === '')
  const state = useSignal<InstallState>({ busy: false })
  const list = useId()
  useLayoutEffect(() => idApp.current?.focus(), [])
  const install = async (event: Event) => {
    event.preventDefault()
    const id = idApp.current?.value ?? ''
    const isOnWall = apps.some((app) => app.idApp === id)
    const { partners } = state.value
    const uid = owner.current?.value
    state.value = { busy: true, ...(partners ? { partners } : {}) }
    const answer = await installPackage(
      { idApp: id, archive, uid, vin: isOnWall ? undefined : vin },
      token.current?.value || keptToken(),
    )
    if (answer.kind === 'token') asksToken.value = true
    if (answer.kind === 'installed') headUnit.refresh()
    state.value = {
      ...describe(answer, id),
      ...(partners && answer.kind !== 'installed' ? { partners } : {}),
    }
  }
  return (
    <form class="install" aria-label="Install a package" onSubmit={install}>
      <h2>
        <Icon name="upload" /> {archive.name}
      </h2>
      <label class="row">
        <span class="label">App</span>
        <input
          ref={idApp}
          defaultValue={guessAppId(archive.name)}
          list={list}
          required
          spellcheck={false}
          onInput={() => {
            // Another app may have an owner.
            state.value = { busy: false }
          }}
        />
      </label>
      <datalist id={list}>
        {apps.map((app) => (
          <option key={app.idApp} value={app.idApp} />
        ))}
      </datalist>
      {state.value.partners && (
        <label class="row">
          <span class="label">Partner</span>
          <select ref={owner}>
            {state.value.partners.map((uid) => (
              <option key={uid}>{uid}</option>
            ))}
          </select>
        </label>
      )}
      {asksToken.value && (
        <label class="row">
          <span class="label">Token</span>
          <input
            ref={token}
            type="password"
            required
            autocomplete="off"
            placeholder="admin-token in the server’s data folder"
          />
        </label>
      )}
      {state.value.fault && (
        <p class="signal-fault" role="alert">
          {state.value.fault}
        </p>
      )}
      {state.value.done && <p role="status">{state.value.done}</p>}
      <p class="buttons">
        <button type="submit" class="small is-strong" disabled={state.value.busy}>
          {state.value.busy ? 'Installing…' : state.value.done ? 'Install again' : 'Install'}
        </button>
        <button type="button" class="small" onClick={close}>
          Close
        </button>
      </p>
    </form>
  )
}

function describe(answer: InstallAnswer, idApp: string): InstallState {
  switch (answer.kind) {
    case 'installed':
      return { busy: false, done: `${answer.app.idApp} ${answer.app.version ?? ''} is installed.` }
    case 'token':
      return { busy: false, fault: 'The server refuses this token.' }
    case 'unowned':
      return {
        busy: false,
        fault: `There is no app ${idApp} yet. Choose the partner who owns it, and install again.`,
        partners: answer.partners,
      }
    case 'refused':
      return { busy: false, fault: answer.text }
  }
}
