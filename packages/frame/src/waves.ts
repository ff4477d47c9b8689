import type { FrameState } from '@pillion/schema'

/** The head unit's generation, which the first digit of its software release names; 'all' has every member. */
export type Wave = FrameState['wave']

/** Members and events that not every wave has (W 10.1 to 10.6), their aliases among them. */
const wavesByMember: Readonly<Record<string, readonly Wave[]>> = {
  'Car.GetAutonomy': [2, 3],
  'Car.GetBatteryAutonomy': [4],
  'Car.GetBatteryLevel': [4],
  'Car.GetLevel': [4],
  'Car.GetDayNightStatus': [4],
  'Car.GetTime': [3, 4],
  'Car.Time': [3, 4],
  'Device.GetUIN': [3, 4],
  'Privacy.Mode': [3, 4],
  'Privacy.ModePublic': [3, 4],
  'Privacy.ModeGeoloc': [3, 4],
  'Privacy.ModeFull': [2, 3],
  'Navigation.LaunchGuidance': [2, 3],
  'Navigation.LaunchGuidanceWaypoints': [2, 4],
  'Navigation.InvalidCoordinates': [2, 4],
  'Navigation.RouteCalculationSuccessful': [2, 4],
  'Navigation.RouteCalculationFailed': [2, 4],
  'Navigation.RouteCalculationCancelled': [2, 4],
  'Navigation.WebDestinationReached': [4],
  'Radio.PSName': [3, 4],
  'Radio.PTY': [3, 4],
  'Radio.RDS': [3, 4],
  'Radio.TA': [3, 4],
  'Radio.Text': [3, 4],
}

export function isInWave(member: string, wave: Wave): boolean {
  return wave === 'all' || (wavesByMember[member]?.includes(wave) ?? true)
}

/** Takes away what the wave does not have: it is undefined then (W 10). */
export function removeOtherWaves(globals: object, wave: Wave): void {
  for (const member of Object.keys(wavesByMember)) {
    if (isInWave(member, wave)) continue
    const [owner = '', name = ''] = member.split('.')
    Reflect.deleteProperty(Reflect.get(globals, owner), name)
  }
}
