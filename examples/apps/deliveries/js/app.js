/* Deliveries: a courier's round. The back end sends stops, the driver ticks them off, the back end confirms. */
;(function () {
  'use strict'

  var APP_ID = 'demo-deliveries'
  var REPEAT_MILLISECONDS = 15000
  var STOPS_MAX = 30

  // Each stop: { id, round, name, address, window, parcels, note, state: 'open' | 'delivered' | 'confirmed' }
  var stops = load()
  var chosen = null // id of the stop on the card; null = the next open one

  // --- from the back end -------------------------------------------------------------------------------------------

  function message(value) {
    var content = value.content || {}
    if ('popupAction' in value) return // the popup only announced a new round; its stops come as messages
    if (content.type === 'stop' && content.stop) stopArrived(content.stop)
    if (content.type === 'confirmed' && content.ids) content.ids.forEach(confirmed)
    show()
    save()
  }

  // The same stop may come twice: a back end that is not sure sends again.
  function stopArrived(stop) {
    if (find(stop.id) || stops.length >= STOPS_MAX) return
    stops = stops.filter(function (old) {
      return old.round >= stop.round // a new round replaces the finished one
    })
    stop.state = 'open'
    stops.push(stop)
  }

  function confirmed(id) {
    var stop = find(id)
    if (stop && stop.state === 'delivered') stop.state = 'confirmed'
  }

  // --- to the back end ---------------------------------------------------------------------------------------------

  function deliver(stop) {
    stop.state = 'delivered'
    chosen = null
    report()
    show()
    save()
  }

  // Says all there is to know each time, so that a lost message does no harm; the answer confirms, or sends what is missing.
  function report() {
    window.Portal.send({
      app: APP_ID,
      type: 'round',
      known: idsOf(stops),
      delivered: idsOf(stops.filter(isDone)),
    })
  }

  // Nobody repeats a message on its way, so the app does until it has an answer: there may have been no network.
  function repeat() {
    var unconfirmed = stops.some(function (stop) {
      return stop.state === 'delivered'
    })
    if (unconfirmed || !stops.length) report()
  }

  // --- screen ------------------------------------------------------------------------------------------------------

  function show() {
    var done = stops.filter(isDone).length
    var list = document.getElementById('stops')
    while (list.firstChild) list.removeChild(list.firstChild)
    stops.forEach(function (stop, index) {
      list.appendChild(row(stop, index + 1))
    })
    put('count', stops.length ? done + ' of ' + stops.length + ' delivered' : 'No stops yet')
    document.getElementById('bar').style.width = stops.length ? (100 * done) / stops.length + '%' : '0'
    scrollToCurrent(list)
    showCard(current())
  }

  function scrollToCurrent(list) {
    var row = list.querySelector('.current')
    if (row) list.scrollTop = row.offsetTop - row.offsetHeight // the one before stays in sight
  }

  function row(stop, number) {
    var button = element('button', 'stop ' + stop.state + (stop === current() ? ' current' : ''))
    button.type = 'button'
    button.appendChild(element('span', 'number', stop.state === 'open' ? String(number) : '✓'))
    button.appendChild(element('span', 'name', stop.name))
    button.appendChild(element('span', 'where', stop.window + ' · ' + stop.address))
    button.onclick = function () {
      chosen = stop.id
      show()
    }
    return button
  }

  function showCard(stop) {
    var button = document.getElementById('deliver')
    button.style.display = stop && stop.state === 'open' ? 'block' : 'none'
    if (!stop) {
      put('label', '')
      put('name', stops.length ? 'Round finished' : 'Waiting for dispatch')
      put(
        'address',
        stops.length
          ? 'Well done. The next round will appear here.'
          : 'Stops appear here as soon as they are sent.'
      )
      put('details', '')
      return
    }
    put('label', stop.state === 'open' ? (stop === nextOpen() ? 'Next stop' : 'Stop') : statusOf(stop))
    put('name', stop.name)
    put('address', stop.address)
    put(
      'details',
      stop.window +
        ' · ' +
        stop.parcels +
        (stop.parcels === 1 ? ' parcel' : ' parcels') +
        (stop.note ? '\n' + stop.note : '')
    )
    button.onclick = function () {
      deliver(stop)
    }
  }

  function statusOf(stop) {
    return stop.state === 'confirmed' ? 'Delivered, confirmed' : 'Delivered, waiting for confirmation'
  }

  // textContent, never innerHTML: what a message says is text, whatever it contains.
  function put(id, words) {
    document.getElementById(id).textContent = words
  }

  function element(name, className, words) {
    var made = document.createElement(name)
    made.className = className
    if (words !== undefined) made.textContent = words
    return made
  }

  // --- the list, kept in localStorage, which survives hiding, unloading and restarts ---------------------------------

  function find(id) {
    return first(function (stop) {
      return stop.id === id
    })
  }

  function nextOpen() {
    return first(function (stop) {
      return stop.state === 'open'
    })
  }

  function current() {
    return find(chosen) || nextOpen()
  }

  function first(matches) {
    var i
    for (i = 0; i < stops.length; i++) if (matches(stops[i])) return stops[i]
    return null
  }

  function isDone(stop) {
    return stop.state !== 'open'
  }

  function idsOf(matching) {
    return matching.map(function (stop) {
      return stop.id
    })
  }

  function load() {
    try {
      return JSON.parse(window.localStorage.getItem('stops')) || []
    } catch (_error) {
      return []
    }
  }

  function save() {
    window.localStorage.setItem('stops', JSON.stringify(stops))
  }

  show()
  window.Portal.start(APP_ID, { message: message, save: save })
  report()
  window.setInterval(repeat, REPEAT_MILLISECONDS)
})()
