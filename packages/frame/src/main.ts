import { forwardConsole } from './console.ts'
import { replaceDialogs } from './dialogs.ts'
import { openHostPage } from './host-page.ts'
import { LastingListeners } from './lasting-listeners.ts'
import { lockDown } from './lockdown.ts'
import { listenToHost } from './messages.ts'
import { Pending } from './pending.ts'
import { openState } from './state.ts'
import { createVehicleGlobals } from './vehicle-globals.ts'
import { createWebPortal } from './web-portal.ts'

/** The first script of every document of an app. */
const state = openState()
const post = openHostPage(state.hosted)
const pending = new Pending()
const globals = createVehicleGlobals(state)
const listeners = new LastingListeners()

listenToHost(listeners, state, pending, globals)
forwardConsole(listeners, post)
replaceDialogs()
lockDown()
// Samples write True and False (W 14). Plain properties, so that an app may declare any of these names itself.
Object.assign(window, globals, { WebPortal: createWebPortal(state, pending, post), True: true, False: false })
post({ pillion: 'ready' })
listeners.add(window, 'load', (event) => {
  if (event.isTrusted) post({ pillion: 'loaded' })
})
