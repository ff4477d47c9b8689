import type { Display } from '../display.ts'
import type { HeadUnit } from '../head-unit.ts'
import type { SignIn } from '../sign-in/sign-in.ts'
import { Apps } from './apps.tsx'
import { DisplayControls } from './display-controls.tsx'
import { Section } from './section.tsx'
import { VehicleControls } from './vehicle-controls.tsx'
import { VehicleStatus } from './vehicle-status.tsx'

/** Beside the head unit: what a developer can see and do that a driver cannot. */
export function Panel({
  headUnit,
  signIn,
  display,
}: {
  headUnit: HeadUnit
  signIn: SignIn
  display: Display
}) {
  return (
    <aside class="panel" aria-label="Developer panel">
      <VehicleStatus headUnit={headUnit} signOut={() => signIn.signOut()} />
      <Section title="Vehicle">
        <VehicleControls headUnit={headUnit} />
      </Section>
      <Section title="Screen">
        <DisplayControls display={display} />
      </Section>
      <Section title="Apps">
        <Apps headUnit={headUnit} />
      </Section>
    </aside>
  )
}
