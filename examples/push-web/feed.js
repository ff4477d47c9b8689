import { explain } from './errors.js'

const shownMax = 100

/** The list of what was received, the newest at the top. */
export class Feed {
  #list = document.querySelector('#messages')
  #template = document.querySelector('#message')
  #clear = document.querySelector('#clear')
  #received = 0

  constructor() {
    this.#clear.addEventListener('click', () => this.clear())
  }

  /** @param message as `connect` hands it over: its kind, and the payload (P 12) */
  add({ kind, payload }) {
    const row = this.#template.content.cloneNode(true).firstElementChild
    const time = new Date(payload.when ?? Date.now())
    const text = row.querySelector('.text')
    row.dataset.kind = kind
    row.querySelector('.kind').textContent = labels[kind]
    row.querySelector('.where').textContent = payload.bucketID ?? payload.topic ?? 'to you alone'
    row.querySelector('time').textContent = time.toLocaleTimeString()
    row.querySelector('time').dateTime = time.toISOString()
    text.textContent = kind === 'app' ? happenings[payload.type] : said(payload)
    row.querySelector('pre').textContent = JSON.stringify(payload, null, 2)
    this.#list.prepend(row)
    while (this.#list.childElementCount > shownMax) this.#list.lastElementChild.remove()
    this.#count(this.#received + 1)
    if (kind === 'app' && payload.objectID !== undefined) readObject(payload, text)
  }

  clear() {
    this.#list.replaceChildren()
    this.#count(0)
  }

  #count(received) {
    this.#received = received
    document.querySelector('#count').textContent = received
    document.querySelector('#empty').hidden = received > 0
    this.#clear.disabled = received === 0
  }
}

const labels = { user: 'Topic', app: 'Bucket event', direct: 'Direct' }

const happenings = {
  DATA_OBJECT_CREATED: 'An object was created.',
  DATA_OBJECT_UPDATED: 'An object was changed.',
  DATA_OBJECT_DELETED: 'An object was deleted.',
  DATA_OBJECT_ACL_MODIFIED: 'The rights of an object were changed.',
  BUCKET_DELETED: 'The bucket was deleted.',
}

/** What this page itself sends has `text` and `from`; the admin may send anything. */
function said({ text, from }) {
  if (text === undefined) return ''
  return from === undefined ? String(text) : `${from}: ${text}`
}

/** An event says what happened, not what the object holds: that is read by the object's URI. */
async function readObject({ type, sourceURI }, element) {
  if (type === 'DATA_OBJECT_DELETED') return
  try {
    const object = await KiiObject.objectWithURI(sourceURI).refresh()
    const [by, text, celsius] = ['by', 'text', 'celsius'].map((name) => object.get(name))
    if (celsius !== undefined) element.textContent = `${by ?? 'A thing'} measured ${celsius} °C.`
    else if (text !== undefined) element.textContent = by === undefined ? text : `${by}: ${text}`
  } catch (error) {
    element.textContent += ` It could not be read. ${explain(error)}`
  }
}
