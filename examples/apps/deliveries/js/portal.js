/*
 * How a vehicle app talks to its back end. Copy this file into your own app: it is the same in both samples.
 *
 *   Portal.start('my-app', {
 *     message: function (value) { … }   // the back end sent something: value.content; see "popupAction" in app.js
 *     save: function () { … }           // the app is hidden or unloaded: there are 100 ms to store what matters
 *   })
 *   Portal.send(content)                // to the back end, which reads {"content": content}
 *
 * Head units run old browsers, so the samples keep to ES5.
 */
window.Portal = (function () {
  'use strict'

  var POLL_MILLISECONDS = 5000
  var RETRY_MILLISECONDS = 250
  var appId
  var handlers
  var retry

  function start(id, appHandlers) {
    appId = id
    handlers = appHandlers
    window.addEventListener('message', receive, false)
    // The app must say within 10 seconds of its start that it is ready to be shown.
    window.parent.postMessage({ type: 'WebPortal.onApplicationLoaded' }, '*')
    fetchPending()
    window.setInterval(fetchPending, POLL_MILLISECONDS)
  }

  function send(content) {
    window.parent.postMessage({ type: 'WebPortal.onSendNotificationRequest', value: content }, '*')
  }

  function receive(event) {
    var data = event.data
    if (event.source !== window.parent || !data || typeof data.type !== 'string') return
    switch (data.type) {
      case 'WebPortal.onCurrentNotificationReceived': // only while the app is on the screen
        handlers.message(data.value)
        break
      case 'WebPortal.onApplicationShow':
        fetchPending()
        break
      case 'WebPortal.onApplicationHide':
      case 'WebPortal.onApplicationUnloaded':
        handlers.save()
        break
    }
  }

  // What came while the app was hidden or not running waits in the host (the last 10). This call takes it out.
  function fetchPending() {
    var pending = readPending()
    var i
    // One retry at a time, however often this is called meanwhile.
    window.clearTimeout(retry)
    if (pending.error) {
      // Right after the start the host has not yet noticed that the app is ready.
      retry = window.setTimeout(fetchPending, RETRY_MILLISECONDS)
      return
    }
    for (i = 0; i < pending.length; i++) handlers.message(pending[i])
  }

  function readPending() {
    try {
      return window.WebPortal.getPendingNotifications(appId)
    } catch (error) {
      return { length: 0, error: error } // some hosts throw instead
    }
  }

  return { start: start, send: send }
})()
