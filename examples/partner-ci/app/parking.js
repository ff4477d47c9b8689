/* The vehicle app without its looks: keeps what the back end says, and tells it what the driver has seen. */
;(function () {
  'use strict'

  var APP_ID = 'acme-parking'

  window.addEventListener(
    'message',
    function (event) {
      if (event.data.type === 'WebPortal.onCurrentNotificationReceived') receive(event.data.value)
      if (event.data.type === 'WebPortal.onApplicationShow') fetchPending()
    },
    false
  )
  window.setInterval(fetchPending, 5000)
  window.parent.postMessage({ type: 'WebPortal.onApplicationLoaded' }, '*')

  function fetchPending() {
    var pending = window.WebPortal.getPendingNotifications(APP_ID)
    var i
    for (i = 0; i < pending.length; i++) receive(pending[i])
  }

  function receive(message) {
    if ('popupAction' in message) return
    window.localStorage.setItem(message.content.type, JSON.stringify(message.content))
    window.parent.postMessage(
      { type: 'WebPortal.onSendNotificationRequest', value: { seen: message.content.type } },
      '*'
    )
  }
})()
