import { pushApp } from './config.js'
import { codeOf, explain } from './errors.js'
import { Feed } from './feed.js'

const $ = (selector) => document.querySelector(selector)
const feed = new Feed()
/** Whoever is signed in, and its connection; both go with the sign-out. */
let user = null
let connection = null
/** As the select of the form to send has them. */
let topics = []

Kii.initializeWithSite(pushApp.appID, pushApp.appKey, pushApp.site)
start()

/** A reload keeps one signed in. In sessionStorage, so that every window can have another user. */
async function start() {
  const token = sessionStorage.getItem('token')
  if (token === null) return showGate()
  try {
    await enter(await KiiUser.authenticateWithToken(token))
  } catch (error) {
    if (codeOf(error) === 'WRONG_TOKEN') sessionStorage.removeItem('token')
    showGate(explain(error))
  }
}

/** @param reason why one has to sign in, if one was */
function showGate(reason = '') {
  for (const part of ['#desk', '#who', '#connection', '#uninstall']) $(part).hidden = true
  $('#gate').hidden = false
  $('#gate-error').textContent = reason
  $('#login').focus()
}

$('#credentials').addEventListener('submit', async (event) => {
  event.preventDefault()
  const form = event.target
  const isNew = event.submitter?.value === 'up'
  const [name, password] = [$('#login').value, $('#password').value]
  $('#gate-error').textContent = ''
  await whileBusy(form, async () => {
    try {
      const signedIn = isNew
        ? await KiiUser.userWithUsername(name, password).register()
        : await (await KiiUser.authenticate(name, password)).refresh()
      sessionStorage.setItem('token', signedIn.getAccessToken())
      form.reset()
      await enter(signedIn)
    } catch (error) {
      $('#gate-error').textContent = explain(error)
    }
  })
})

$('#sign-out').addEventListener('click', () => leave())

function leave(reason) {
  user = null
  connection?.close()
  connection = null
  KiiUser.logOut()
  sessionStorage.removeItem('token')
  feed.clear()
  showTrouble('')
  showGate(reason)
}

async function enter(signedIn) {
  user = signedIn
  const name = user.getUsername()
  $('#gate').hidden = true
  $('#desk').hidden = false
  $('#who').hidden = false
  // Where the tab key goes on from, for the form that had the focus is gone.
  $('#desk').focus({ preventScroll: true })
  $('#name').textContent = name
  $('#command').textContent =
    `npx pillion push send --to user:${name} --app ${pushApp.appID} '{"text":"Hello"}'`
  $('#thing-command').textContent = `npx node examples/push-thing/src/main.ts ${pushApp.site}`
  await Promise.all([connect(), showTopics(), showBoard(), showThings()])
}

// Receiving: installs push for this user, fetches the endpoint, connects, and stays connected.

async function connect() {
  const mine = user
  showStatus({ state: 'connecting' })
  try {
    const opened = await user.pushInstallation().connect({
      onMessage: (message) => feed.add(message),
      onStatus: (status) => user === mine && showStatus(status),
    })
    if (user === mine) connection = opened
    else opened.close()
  } catch (error) {
    if (user === mine) showStatus({ state: 'closed', error })
  }
}

$('#retry').addEventListener('click', () => {
  // The button is gone with the trouble.
  $('#desk').focus({ preventScroll: true })
  connect()
})

$('#uninstall').addEventListener('click', async () => {
  const { installationID } = connection
  const mine = user
  try {
    await connection.close()
    await mine.pushInstallation().uninstallByInstallationID(installationID)
    if (user !== mine) return
    showStatus({ state: 'closed', error: { code: 'UNINSTALLED' } })
    $('#retry').focus()
  } catch (error) {
    if (user === mine) showStatus({ state: 'closed', error })
  }
})

function showStatus({ state, error, retryInSeconds, isHeldHere }) {
  if (codeOf(error) === 'WRONG_TOKEN') return leave(explain(error))
  const chip = $('#connection')
  chip.hidden = false
  chip.dataset.state = state
  if (state === 'connected') chip.textContent = isHeldHere ? 'Connected' : 'Connected through another window'
  else if (state === 'connecting') chip.textContent = 'Connecting'
  else if (state === 'waiting')
    chip.textContent = `Not connected; trying again in ${Math.ceil(retryInSeconds)} s`
  else chip.textContent = 'Not connected'
  $('#uninstall').hidden = state !== 'connected'
  const isFinal = state === 'closed' && error !== undefined
  const isLoop = error?.code === 'TAKE_OVER_LOOP'
  $('#retry').hidden = !isFinal
  $('#retry').textContent = error?.code === 'UNINSTALLED' ? 'Install' : 'Try again'
  showTrouble(isFinal || isLoop ? explain(error) : '')
}

function showTrouble(text) {
  $('#trouble').hidden = text === ''
  $('#trouble span').textContent = text
}

// Topics: those of the app, and those of one's own.

async function showTopics() {
  const section = $('#topics')
  try {
    const [ofApp] = await Kii.listTopics()
    const [own] = await user.listTopics()
    const rows = [
      ...ofApp.map((topic) => ({ topic, scope: 'of the app' })),
      ...own.map((topic) => ({ topic, scope: 'yours' })),
    ]
    section.replaceChildren(...rows.map(({ topic, scope }) => topicRow(topic, scope)))
    $('#send-to').replaceChildren(
      ...rows.map(({ topic, scope }) => new Option(`${topic.getName()} (${scope})`)),
    )
    topics = rows.map(({ topic }) => topic)
  } catch (error) {
    complain(section, error)
  }
}

function topicRow(topic, scope) {
  const row = $('#topic-row').content.cloneNode(true).firstElementChild
  row.querySelector('span').textContent = topic.getName()
  row.querySelector('small').textContent = scope
  followSubscription(row.querySelector('input'), topic)
  return row
}

$('#new-topic').addEventListener('submit', (event) =>
  act(event, async ([input]) => {
    const topic = await user.topicWithName(input.value).save()
    await user.pushSubscription().subscribe(topic)
    input.value = ''
    await showTopics()
    return `You are subscribed to ${topic.getName()}.`
  }),
)

$('#send').addEventListener('submit', (event) =>
  act(event, async () => {
    const topic = topics[$('#send-to').selectedIndex]
    const message = new KiiPushMessageBuilder({ text: $('#send-text').value, from: user.getUsername() })
      .enableGcm(false)
      .enableApns(false)
      .enableJpush(false)
      .build()
    await topic.sendMessage(message).catch((error) => {
      if (codeOf(error) !== 'UNAUTHORIZED') throw error
      throw new Error(`Only the app’s admin may send through ${topic.getName()}.`)
    })
    $('#send-text').value = ''
    return `Sent through ${topic.getName()}.`
  }),
)

// The notice board: a bucket of the app.

async function showBoard() {
  await followSubscription($('#watch-board'), Kii.bucketWithName('board'))
}

$('#pin').addEventListener('submit', (event) =>
  act(event, async ([input]) => {
    const note = Kii.bucketWithName('board').createObject()
    note.set('text', input.value)
    note.set('by', user.getUsername())
    await note.save()
    input.value = ''
    return 'Pinned.'
  }),
)

// Things that one owns: their bucket tells what they measure, their topic what they shall do.

async function showThings() {
  $('#things').replaceChildren()
  for (const name of ownThings()) await addThing(name).catch((error) => complain($('#things'), error))
}

function ownThings() {
  return JSON.parse(localStorage.getItem(`things of ${user.getID()}`) ?? '[]')
}

$('#own').addEventListener('submit', (event) =>
  act(event, async ([input]) => {
    const name = input.value
    await KiiThing.registerOwnerWithVendorThingID(name, user).catch((error) => {
      if (codeOf(error) !== 'THING_OWNERSHIP_ALREADY_EXISTS') throw error
    })
    input.value = ''
    if (ownThings().includes(name)) return `${name} is yours already.`
    await addThing(name)
    localStorage.setItem(`things of ${user.getID()}`, JSON.stringify([...ownThings(), name]))
    return `${name} is yours.`
  }),
)

async function addThing(name) {
  const thing = await KiiThing.loadWithVendorThingID(name)
  const row = $('#thing-row').content.cloneNode(true).firstElementChild
  row.querySelector('span').textContent = `Readings of ${name}`
  row.querySelector('button').addEventListener('click', (event) =>
    act(event, async () => {
      await thing.topicWithName('commands').sendMessage(blinkMessage())
      await thing.refresh()
      return thing.isOnline() ? `${name} was told to blink.` : `${name} is not connected, and missed that.`
    }),
  )
  $('#things').append(row)
  await followSubscription(row.querySelector('input'), thing.bucketWithName('readings'))
}

function blinkMessage() {
  const data = { command: 'blink', times: 3, from: user.getUsername() }
  return new KiiPushMessageBuilder(data).enableGcm(false).enableApns(false).enableJpush(false).build()
}

for (const button of document.querySelectorAll('.command button')) {
  button.addEventListener('click', (event) =>
    act(event, async () => {
      await navigator.clipboard.writeText(button.previousElementSibling.textContent)
      return 'Copied. Run it in the folder of the repository.'
    }),
  )
}

// What all of them need.

/** Lets a checkbox show, and change, whether one is subscribed to a topic or bucket. */
async function followSubscription(input, target) {
  const subscription = user.pushSubscription()
  input.onchange = async () => {
    const { checked } = input
    input.disabled = true
    try {
      if (checked) await subscription.subscribe(target)
      else await subscription.unsubscribe(target)
      say(input, '')
    } catch (error) {
      // Another window may have done it; then it is as one wants it.
      if (!/^PUSH_SUBSCRIPTION_(ALREADY_EXISTS|NOT_FOUND)$/.test(codeOf(error))) {
        input.checked = !checked
        complain(input, error)
      }
    }
    input.disabled = false
    input.focus()
  }
  try {
    const [, , isSubscribed] = await subscription.isSubscribed(target)
    input.checked = isSubscribed
    input.disabled = false
  } catch (error) {
    complain(input, error)
  }
}

/** Runs what a form or button is for, and says what came of it in the section's own line. */
async function act(event, work) {
  event.preventDefault()
  const element = event.currentTarget
  await whileBusy(element, async () => {
    try {
      say(element, await work(element.elements ?? []))
    } catch (error) {
      complain(element, error)
    }
  })
}

/** Nothing is sent twice by a second click; what had the focus has it again. */
async function whileBusy(element, work) {
  const focused = document.activeElement
  const buttons = element.matches('button') ? [element] : [...element.querySelectorAll('button')]
  for (const button of buttons) button.disabled = true
  await work()
  for (const button of buttons) button.disabled = false
  if (document.activeElement === document.body) focused.focus()
}

function complain(element, error) {
  if (codeOf(error) === 'WRONG_TOKEN') leave(explain(error))
  else say(element, explain(error), true)
}

function say(element, text, isBad = false) {
  const note = element.closest('section').querySelector('.note')
  note.textContent = text
  note.classList.toggle('bad', isBad)
}
