import type { AppWindow } from './app-window.ts'
import type { GuidanceEvent, GuidanceRequest } from './vehicle-app.ts'

type Listener = (event: GuidanceEvent) => void

/**
 * `Navigation.LaunchGuidance…` (W 8). Its events do not say which request they are about: those of a calculation are about the
 * oldest without one, the arrival about the newest whose route was ready.
 */
export function createGuidance(appWindow: AppWindow) {
  var calculating: Listener[] = []
  var guiding: Listener | undefined
  var refused: Listener | undefined
  var listening = false

  function start(request: GuidanceRequest, listener?: Listener): boolean {
    var accepted: boolean
    var tell = listener || function () {}
    listen()
    accepted = launch(appWindow.Navigation || {}, request)
    refused = accepted ? undefined : tell
    if (accepted) calculating.push(tell)
    return accepted
  }

  /** Once, and late: a head unit without navigation is no error until somebody asks for it. */
  function listen(): void {
    var navigation = appWindow.Navigation
    if (listening || !navigation) return
    listening = true
    navigation.addEventListener('RouteCalculationSuccessful', function () {
      guiding = calculating.shift()
      if (guiding) guiding('ready')
    })
    navigation.addEventListener('RouteCalculationFailed', function () {
      endCalculation('failed')
    })
    navigation.addEventListener('RouteCalculationCancelled', function () {
      endCalculation('cancelled')
    })
    navigation.addEventListener('InvalidCoordinates', function () {
      if (refused) refused('invalid')
      refused = undefined
    })
    navigation.addEventListener('WebDestinationReached', function () {
      if (guiding) guiding('reached')
      guiding = undefined
    })
  }

  function endCalculation(event: GuidanceEvent): void {
    var listener = calculating.shift()
    if (listener) listener(event)
  }

  return start
}

/** One method has labels, the other waypoints; not every head unit has both. */
function launch(
  navigation: Partial<NonNullable<AppWindow['Navigation']>>,
  request: GuidanceRequest
): boolean {
  var waypoints = request.waypoints || []
  if (
    navigation.LaunchGuidance &&
    (!navigation.LaunchGuidanceWaypoints || (request.label && !waypoints.length))
  )
    return navigation.LaunchGuidance(request.label || '', request.longitude, request.latitude)
  if (navigation.LaunchGuidanceWaypoints)
    return navigation.LaunchGuidanceWaypoints(
      request.longitude,
      request.latitude,
      waypoints,
      request.confirm === true
    )
  return false
}
