import type { AppMessageHandler } from './index.ts'

/** W 7.3: the events are of the family of the request. They go to the instance that asked, for its popups go with it. */
export function handlePopupOpen(family: 'popup' | 'nativePopup'): AppMessageHandler {
  return (app, _instance, { text }, { host, popups, frames }) => {
    if (typeof text !== 'string') host.journal.ignore('text_malformed', app.idApp, { text })
    else if (app.state === 'unloaded') host.journal.ignore('app_not_running', app.idApp, { text })
    else {
      const accepted = popups.ask({
        idApp: app.idApp,
        kind: 'app',
        text,
        button: true,
        shown: () => frames.post(app, { type: `WebPortal.${family}.evt.opened` }),
        closed: (outcome) => frames.post(app, { type: `WebPortal.${family}.evt.${outcome}` }),
      })
      if (!accepted) frames.post(app, { type: 'WebPortal.OverflowPopup' })
    }
  }
}
