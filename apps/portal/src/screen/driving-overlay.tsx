import type { AppView } from '@pillion/host'
import type { VehicleSignals } from '@pillion/schema'
import { limits } from '@pillion/schema'
import { Icon } from '../icons.tsx'

/** While driving, an app that does not support it is covered; it keeps running beneath (W 9.1). */
export function isCovered(app: AppView, vehicle: VehicleSignals): boolean {
  return app.state === 'foreground' && !app.drivingMode && vehicle.speedKmh > limits.drivingThresholdKmh
}

export function DrivingOverlay({ app }: { app: AppView }) {
  return (
    <div class="overlay driving" role="status">
      <span class="overlay-icon">
        <Icon name="wheel" />
      </span>
      <h2>Eyes on the road</h2>
      <p>{app.name} cannot be used while driving. It is back as soon as the vehicle stands.</p>
    </div>
  )
}
