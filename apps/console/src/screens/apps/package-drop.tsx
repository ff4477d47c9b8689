import type { App } from '@pillion/schema'
import { useState } from 'preact/hooks'
import { apiPath, type ProblemError, send } from '../../api.ts'
import { formatBytes } from '../../format.ts'
import { asProblem, Card, Fault, Icon, Tick, tell } from '../../parts/index.ts'
import { may } from '../../session.ts'

interface PackageDropProps {
  readonly app: App
  readonly onInstalled: () => void
}

/** Takes a package, dropped or chosen, and installs it at once; every head unit that shows the app loads it again. */
export function PackageDrop({ app, onInstalled }: PackageDropProps) {
  const [isOver, setOver] = useState(false)
  const [isStrict, setStrict] = useState(false)
  const [busy, setBusy] = useState<File>()
  const [error, setError] = useState<ProblemError>()
  if (!may('admin')) return null
  const install = async (file: File) => {
    setBusy(file)
    setError(undefined)
    try {
      const installed = await send<App>('PUT', packagePath(app.idApp, file.name, isStrict), file)
      tell(`${installed.idApp} ${installed.version ?? ''} is installed.`)
      onInstalled()
    } catch (thrown) {
      setError(asProblem(thrown))
    } finally {
      setBusy(undefined)
    }
  }
  return (
    <Card title="Package">
      {/* biome-ignore lint/a11y/noStaticElementInteractions: the button inside does the same */}
      <div
        class={isOver ? 'file-drop is-over' : 'file-drop'}
        onDragOver={(event) => {
          if (!event.dataTransfer?.types.includes('Files')) return
          event.preventDefault()
          setOver(true)
        }}
        onDragLeave={() => setOver(false)}
        onDrop={(event) => {
          setOver(false)
          const file = event.dataTransfer?.files[0]
          if (!file) return
          event.preventDefault()
          void install(file)
        }}
      >
        <label class={busy ? 'button file-choice is-busy' : 'button file-choice'}>
          <Icon name="upload" />
          {busy ? 'Installing…' : 'Choose a package'}
          <input
            type="file"
            class="unseen"
            accept=".tar.gz,.tgz,.zip"
            disabled={busy !== undefined}
            onChange={({ currentTarget }) => {
              const file = currentTarget.files?.[0]
              // The same file can be chosen again, once it was changed.
              currentTarget.value = ''
              if (file) void install(file)
            }}
          />
        </label>
        <p class="hint" role="status">
          {busy ? `${busy.name}, ${formatBytes(busy.size)}` : 'or drop it here: .tar.gz or .zip'}
        </p>
      </div>
      <Tick
        label="Hold it to all published rules, its file name included"
        checked={isStrict}
        onChange={setStrict}
      />
      {error && <Fault error={error} />}
    </Card>
  )
}

function packagePath(idApp: string, fileName: string, isStrict: boolean): string {
  const query = new URLSearchParams({ fileName, ...(isStrict ? { strict: 'true' } : {}) })
  return `${apiPath('apps', idApp)}/package?${query}`
}
