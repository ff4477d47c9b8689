import { tellBlockedTargets } from './blocked-targets.ts'
import { forwardConsole } from './console.ts'
import { replaceDialogs } from './dialogs.ts'
import { createEmitters } from './emitters.ts'
import { openHostPage } from './host-page.ts'
import { LastingListeners } from './lasting-listeners.ts'
import { createLegacyPopups } from './legacy-popups.ts'
import { lockDown } from './lockdown.ts'
import { listenToHost } from './messages.ts'
import { Pending } from './pending.ts'
import { openState } from './state.ts'
import { createVehicleGlobals } from './vehicle-globals.ts'
import { watchTextFields } from './virtual-keyboard.ts'
import { removeOtherWaves } from './waves.ts'
import { createWebPortal } from './web-portal.ts'

/** The first script of every document of an app. */
const state = openState()
const post = openHostPage(state.hosted)
const pending = new Pending(state)
const listeners = new LastingListeners()
// The wave is that of the document's start: a member does not come or go under an app.
const { wave } = state.current
const emitters = createEmitters(wave)
const popups = createLegacyPopups(emitters.HMI, post)
const globals = createVehicleGlobals(emitters, state, popups, post)
removeOtherWaves(globals, wave)

listenToHost(listeners, state, pending, emitters, watchTextFields(listeners, state, post), popups)
forwardConsole(listeners, post)
tellBlockedTargets(listeners)
replaceDialogs()
lockDown()
// Samples write True and False (W 14). Plain properties, so that an app may declare any of these names itself.
const WebPortal = createWebPortal(state, pending, popups, post)
Object.assign(window, globals, { WebPortal, True: true, False: false })
post({ pillion: 'ready' })
listeners.add(window, 'load', (event) => {
  if (event.isTrusted) post({ pillion: 'loaded' })
})
