import type { ScenarioPlayerView } from '@pillion/host'
import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { Icon } from '../../icons.tsx'
import { FileButton } from '../file-drop.tsx'
import { formatTime } from './format-time.ts'
import type { ScenarioDeck } from './scenario-deck.ts'
import { download, fetchScenario, scenarioFiles } from './scenario-files.ts'

const refreshMilliseconds = 250
const speeds = [1, 2, 5, 10, 60, 100, 1_000]

/** Plays what happens to the vehicle, and records it. */
export function ScenarioControls({ deck, vin }: { deck: ScenarioDeck; vin: string }) {
  return (
    <>
      <Source deck={deck} />
      <Faults deck={deck} />
      {deck.scenario.value && deck.view.value && <Player deck={deck} view={deck.view.value} />}
      <Recorder deck={deck} vin={vin} />
    </>
  )
}

/** One of ours, a file, or text from the clipboard. */
function Source({ deck }: { deck: ScenarioDeck }) {
  const pasting = useSignal(false)
  const lost = useSignal(false)
  const choose = async (file: string) => {
    const text = await fetchScenario(file)
    lost.value = text === undefined
    if (text !== undefined) deck.load(text)
  }
  return (
    <>
      <label class="row">
        <span class="label">Scenario</span>
        <select
          aria-label="Scenario"
          value=""
          onChange={({ currentTarget }) => {
            const file = currentTarget.value
            currentTarget.value = ''
            choose(file)
          }}
        >
          <option value="">{deck.scenario.value?.name ?? 'Choose…'}</option>
          {scenarioFiles.map(({ file, name }) => (
            <option key={file} value={file}>
              {name}
            </option>
          ))}
        </select>
      </label>
      <p class="buttons">
        <FileButton
          label="Open file…"
          accept=".yaml,.yml,.txt"
          take={async (file) => deck.load(await file.text())}
        />
        <button
          type="button"
          class="small"
          aria-expanded={pasting.value}
          onClick={() => {
            pasting.value = !pasting.value
          }}
        >
          Paste YAML…
        </button>
        {deck.scenario.value && (
          <button type="button" class="small" onClick={() => deck.eject()}>
            <Icon name="close" /> Remove
          </button>
        )}
      </p>
      {lost.value && <p class="signal-fault">The server did not hand out the scenario.</p>}
      {pasting.value && <Paste deck={deck} close={() => (pasting.value = false)} />}
    </>
  )
}

function Paste({ deck, close }: { deck: ScenarioDeck; close: () => void }) {
  const text = useSignal('')
  return (
    <div class="paste">
      <textarea
        aria-label="Scenario as YAML"
        rows={8}
        spellcheck={false}
        placeholder={'name: My trip\nsteps:\n  - { at: 0:05, over: 10, set: { speedKmh: 50 } }'}
        onInput={({ currentTarget }) => {
          text.value = currentTarget.value
        }}
      />
      <button
        type="button"
        class="small"
        onClick={() => {
          deck.load(text.value)
          if (deck.faults.value.length === 0) close()
        }}
      >
        Take it
      </button>
    </div>
  )
}

function Faults({ deck }: { deck: ScenarioDeck }) {
  if (deck.faults.value.length === 0) return null
  return (
    <ul class="scenario-faults" role="alert">
      {deck.faults.value.map(({ line, text }) => (
        <li key={`${line} ${text}`}>
          <b>Line {line}</b> {text}
        </li>
      ))}
    </ul>
  )
}

function Player({ deck, view }: { deck: ScenarioDeck; view: ScenarioPlayerView }) {
  const isPlaying = view.state === 'playing'
  useEffect(() => {
    if (!isPlaying) return
    const timer = setInterval(() => deck.refresh(), refreshMilliseconds)
    return () => clearInterval(timer)
  }, [deck, isPlaying])
  return (
    <div class="player">
      {deck.scenario.value?.description && <p class="hint">{deck.scenario.value.description}</p>}
      <div class="player-row">
        <button type="button" class="small is-strong" onClick={() => deck.toggle()}>
          <Icon name={isPlaying ? 'pause' : 'play'} /> {isPlaying ? 'Pause scenario' : 'Play scenario'}
        </button>
        <select
          aria-label="Speed of the scenario"
          value={view.speed}
          onChange={({ currentTarget }) => deck.setSpeed(Number(currentTarget.value))}
        >
          {speeds.map((speed) => (
            <option key={speed} value={speed}>
              ×{speed}
            </option>
          ))}
        </select>
        <button type="button" class="small" aria-pressed={view.loop} onClick={() => deck.setLoop(!view.loop)}>
          <Icon name="loop" /> Loop
        </button>
      </div>
      <div class="player-row">
        <input
          type="range"
          aria-label="Place in the scenario"
          aria-valuetext={`${formatTime(view.atSeconds)} of ${formatTime(view.durationSeconds)}`}
          min={0}
          max={view.durationSeconds}
          step="any"
          value={view.atSeconds}
          onInput={({ currentTarget }) => deck.seek(currentTarget.valueAsNumber)}
        />
        <output>
          {formatTime(view.atSeconds)} / {formatTime(view.durationSeconds)}
        </output>
      </div>
      <p class="player-note" role="status">
        {view.note}
      </p>
    </div>
  )
}

function Recorder({ deck, vin }: { deck: ScenarioDeck; vin: string }) {
  const steps = deck.recordedSteps.value
  const finish = () => {
    const name = `recording-${vin}-${new Date().toISOString().slice(0, 16).replace(':', '')}`
    const text = deck.finishRecording(name)
    if (text !== undefined) download(`${name}.yaml`, text)
  }
  return (
    <p class="buttons">
      <button
        type="button"
        class="small is-record"
        aria-pressed={steps !== undefined}
        onClick={() => (steps === undefined ? deck.record() : finish())}
      >
        <Icon name={steps === undefined ? 'record' : 'stop'} />
        {steps === undefined ? 'Record' : `Stop and download (${steps} ${steps === 1 ? 'step' : 'steps'})`}
      </button>
    </p>
  )
}
