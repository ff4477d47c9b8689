import { useSignal } from '@preact/signals'
import { useId, useLayoutEffect, useRef } from 'preact/hooks'
import type { HeadUnit } from '../../head-unit.ts'
import { Icon } from '../../icons.tsx'
import { guessAppId } from './guess-app-id.ts'
import { installPackage, keptToken } from './install-package.ts'

interface InstallFormProps {
  readonly archive: File
  readonly headUnit: HeadUnit
  readonly close: () => void
}

/** Installs a package that was dropped on the panel (W 11.1). The operator's token is asked for once in each tab. */
export function InstallForm({ archive, headUnit, close }: InstallFormProps) {
  const { apps } = headUnit.view.value
  const idApp = useRef<HTMLInputElement>(null)
  const token = useRef<HTMLInputElement>(null)
  const asksToken = useSignal(keptToken() === '')
  const state = useSignal<{ busy: boolean; fault?: string; done?: string }>({ busy: false })
  const list = useId()
  useLayoutEffect(() => idApp.current?.focus(), [])
  const install = async (event: Event) => {
    event.preventDefault()
    state.value = { busy: true }
    const answer = await installPackage(
      idApp.current?.value ?? '',
      archive,
      token.current?.value || keptToken(),
    )
    if (answer.kind === 'installed') {
      state.value = { busy: false, done: `${answer.app.idApp} ${answer.app.version ?? ''} is installed.` }
      headUnit.refresh()
      return
    }
    if (answer.kind === 'token') asksToken.value = true
    const fault = answer.kind === 'token' ? 'The server refuses this token.' : answer.text
    state.value = { busy: false, fault }
  }
  return (
    <form class="install" aria-label="Install a package" onSubmit={install}>
      <h2>
        <Icon name="upload" /> {archive.name}
      </h2>
      <label class="row">
        <span class="label">App</span>
        <input ref={idApp} defaultValue={guessAppId(archive.name)} list={list} required spellcheck={false} />
      </label>
      <datalist id={list}>
        {apps.map((app) => (
          <option key={app.idApp} value={app.idApp} />
        ))}
      </datalist>
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
