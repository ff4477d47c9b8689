/* Messages: shows what the back end writes, answers with quick replies or free text. */
;(function () {
  'use strict'

  var APP_ID = 'demo-messages'
  var KEPT = 40 // entries that survive a restart
  var STANDARD_REPLIES = ['Yes', 'No', 'Call me', 'Show me a popup']
  var OUTCOMES = {
    'WebPortal.okBtnPopupRequestClicked': 'ok',
    'WebPortal.cancelBtnPopupRequestClicked': 'cancel',
    'WebPortal.closeTimeoutPopupRequest': 'timeout',
  }
  var OUTCOME_WORDS = { ok: 'you pressed OK', cancel: 'you closed it', timeout: 'nobody reacted' }

  var talk = document.getElementById('talk')
  var replies = document.getElementById('replies')
  var text = document.getElementById('text')

  // Each entry: { kind: 'in' | 'out' | 'note', text, time, from?, id?, read? }
  var entries = load()
  var offered = STANDARD_REPLIES
  var answering = null // id of the newest message, so that the back end knows what a reply is about

  // --- from the back end -------------------------------------------------------------------------------------------

  function message(value) {
    var content = value.content || {}
    // A popup's outcome is the popup's own message with one field more.
    if ('popupAction' in value) popupClosed(value, content)
    else messageArrived(readable(value.content))
    show()
    save()
  }

  // Whatever somebody sends by hand is shown too: a string, {"text": …}, or any JSON as it is written.
  function readable(content) {
    if (content && typeof content.text === 'string') return content
    return { text: typeof content === 'string' ? content : JSON.stringify(content) }
  }

  function messageArrived(content) {
    markRead(content.re)
    add({ kind: 'in', from: String(content.from || ''), text: String(content.text || ''), time: clock() })
    answering = content.id
    offered = content.replies && content.replies.length ? content.replies.slice(0, 4) : STANDARD_REPLIES
  }

  function popupClosed(value, content) {
    var outcome = OUTCOMES[value.popupAction]
    var title = String(value.popupText || '').split('\n')[0]
    add({ kind: 'note', text: 'Popup “' + title + '”: ' + OUTCOME_WORDS[outcome], time: clock() })
    window.Portal.send({ app: APP_ID, type: 'popupOutcome', id: content.id, outcome: outcome })
  }

  function markRead(id) {
    var i
    for (i = 0; i < entries.length; i++) if (id && entries[i].id === id) entries[i].read = true
  }

  // --- to the back end ---------------------------------------------------------------------------------------------

  function write(words) {
    var id = 'v' + Date.now()
    add({ kind: 'out', id: id, text: words, time: clock(), read: false })
    window.Portal.send({ app: APP_ID, type: 'message', id: id, re: answering, text: words })
    show()
    save()
  }

  // --- screen ------------------------------------------------------------------------------------------------------

  function show() {
    var i
    empty(talk)
    if (!entries.length) talk.appendChild(element('p', 'empty', 'No messages yet'))
    for (i = 0; i < entries.length; i++) talk.appendChild(bubble(entries[i]))
    talk.scrollTop = talk.scrollHeight
    empty(replies)
    for (i = 0; i < offered.length; i++) replies.appendChild(replyButton(String(offered[i])))
  }

  function bubble(entry) {
    var row = element('div', 'row ' + entry.kind)
    var box = element('div', 'bubble')
    var state = entry.kind === 'out' ? (entry.read ? ' · read' : ' · sent') : ''
    box.appendChild(element('p', 'text', entry.text))
    box.appendChild(element('p', 'meta', (entry.from ? entry.from + ' · ' : '') + entry.time + state))
    row.appendChild(box)
    return row
  }

  function replyButton(words) {
    var button = element('button', 'reply', words)
    button.type = 'button'
    button.onclick = function () {
      write(words)
    }
    return button
  }

  // textContent, never innerHTML: what a message says is text, whatever it contains.
  function element(name, className, words) {
    var made = document.createElement(name)
    made.className = className
    if (words !== undefined) made.textContent = words
    return made
  }

  function empty(node) {
    while (node.firstChild) node.removeChild(node.firstChild)
  }

  function clock() {
    var now = new Date()
    return ('0' + now.getHours()).slice(-2) + ':' + ('0' + now.getMinutes()).slice(-2)
  }

  // --- memory: localStorage survives hiding, unloading and restarts --------------------------------------------------

  function add(entry) {
    entries.push(entry)
    if (entries.length > KEPT) entries.shift()
  }

  function load() {
    try {
      return JSON.parse(window.localStorage.getItem('entries')) || []
    } catch (_error) {
      return []
    }
  }

  function save() {
    window.localStorage.setItem('entries', JSON.stringify(entries))
  }

  document.getElementById('write').onsubmit = function (event) {
    var words = text.value.replace(/^\s+|\s+$/g, '')
    event.preventDefault()
    text.value = ''
    if (words) write(words)
  }

  show()
  window.Portal.start(APP_ID, { message: message, save: save })
  window.Portal.send({ app: APP_ID, type: 'ready' })
})()
