import { useSignal } from '@preact/signals'
import type { Display } from '../display.ts'
import type { HeadUnit } from '../head-unit.ts'
import type { SignIn } from '../sign-in/sign-in.ts'
import { Apps } from './apps.tsx'
import { DisplayControls } from './display-controls.tsx'
import { FileDrop } from './file-drop.tsx'
import { InstallForm } from './install/install-form.tsx'
import { ScenarioControls } from './scenario/scenario-controls.tsx'
import { Section } from './section.tsx'
import { Signals } from './signals/signals.tsx'
import { VehicleControls } from './vehicle-controls.tsx'
import { VehicleStatus } from './vehicle-status.tsx'

interface PanelProps {
  readonly headUnit: HeadUnit
  readonly signIn: SignIn
  readonly display: Display
}

/** Beside the head unit: what a developer can see and do that a driver cannot. Scenarios and packages can be dropped anywhere on it. */
export function Panel({ headUnit, signIn, display }: PanelProps) {
  const archive = useSignal<File | undefined>(undefined)
  const take = async (file: File) => {
    if (/\.(ya?ml|txt)$/i.test(file.name)) {
      display.sections.value = { ...display.sections.value, Scenario: true }
      headUnit.deck.load(await file.text())
    } else archive.value = file
  }
  return (
    <FileDrop take={take}>
      <VehicleStatus headUnit={headUnit} signOut={() => signIn.signOut()} />
      {archive.value && (
        <InstallForm
          key={archive.value.name + archive.value.lastModified}
          archive={archive.value}
          headUnit={headUnit}
          close={() => {
            archive.value = undefined
          }}
        />
      )}
      <Section title="Vehicle" display={display} openAtFirst>
        <VehicleControls headUnit={headUnit} />
      </Section>
      <Section title="Scenario" display={display}>
        <ScenarioControls deck={headUnit.deck} vin={headUnit.view.value.vin} />
      </Section>
      <Section title="Signals" display={display}>
        <Signals headUnit={headUnit} />
      </Section>
      <Section title="Screen" display={display} openAtFirst>
        <DisplayControls display={display} />
      </Section>
      <Section title="Apps" display={display} openAtFirst>
        <Apps headUnit={headUnit} install={(file) => take(file)} />
      </Section>
    </FileDrop>
  )
}
