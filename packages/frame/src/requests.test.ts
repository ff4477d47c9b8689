import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { type TestApp, TestBrowser } from './chromium.ts'
import { drive } from './drive.ts'

/** What an app asks of the host by a call, in rows: the call, what it returns, what the host is told. */
const requests: [section: string, call: string, returns: unknown, told: object | undefined][] = [
  ['W 10.2', `Phone.LaunchPhoneCall('0')`, true, { pillion: 'phoneCall', number: '0' }],
  [
    'W 10.2',
    `Phone.LaunchPhoneCall('123456789012345')`,
    true,
    { pillion: 'phoneCall', number: '123456789012345' },
  ],
  ['W 10.2', `Phone.LaunchPhoneCall('1234567890123456')`, false, undefined],
  ['W 10.2', `Phone.LaunchPhoneCall('')`, false, undefined],
  ['W 10.2', `Phone.LaunchPhoneCall('+33123')`, false, undefined],
  ['W 10.2', `Phone.LaunchPhoneCall('12\\n')`, false, undefined],
  ['W 10.2', `Phone.LaunchPhoneCall('１２')`, false, undefined],
  ['W 10.2', 'Phone.LaunchPhoneCall(123)', false, undefined],
  ['W 10.2', 'Phone.LaunchPhoneCall()', false, undefined],
  [
    'W 10.4',
    `Media.Audio.configure('MEDIA_PLAYER_SOURCE', 'Active')`,
    undefined,
    { pillion: 'audio', source: 'MEDIA_PLAYER_SOURCE', isActive: true },
  ],
  [
    'W 10.4',
    `Media.Audio.configure('TEMPORARY_SOURCE', 'Inactive')`,
    undefined,
    { pillion: 'audio', source: 'TEMPORARY_SOURCE', isActive: false },
  ],
  [
    'W 14',
    `Media.audio.configure('TEMPORARY_SOURCE', 'Active')`,
    undefined,
    { pillion: 'audio', source: 'TEMPORARY_SOURCE', isActive: true },
  ],
  ['W 10.4', `Media.Audio.configure('RADIO', 'Active')`, undefined, undefined],
  ['W 10.4', `Media.Audio.configure('TEMPORARY_SOURCE', true)`, undefined, undefined],
  ['W 10.4', 'Media.Audio.configure()', undefined, undefined],
  [
    'W 14',
    `Device.PopupRequest(true, 'Text')`,
    true,
    { pillion: 'popupRequest', id: 1, button: true, text: 'Text' },
  ],
  [
    'W 14',
    `Device.PopupRequest(false, 'Text')`,
    true,
    { pillion: 'popupRequest', id: 2, button: false, text: 'Text' },
  ],
  ['W 14', 'Device.PopupRequest(true)', false, undefined],
  ['W 14', `Device.PopupRequest(true, '')`, false, undefined],
  [
    'W 14',
    `WebPortal.showPopup('Text')`,
    true,
    { pillion: 'popupRequest', id: 3, button: true, text: 'Text' },
  ],
  ['W 14', 'WebPortal.showPopup()', false, undefined],
  ['W 14', 'typeof WebPortal.openNativePopup', 'undefined', undefined],
]

describe('what an app asks for by a call, in a browser', () => {
  let browser: TestBrowser
  let app: TestApp
  before(async () => {
    browser = await TestBrowser.open()
    app = await browser.openApp('', drive)
  })
  after(() => browser.close())

  for (const [section, call, returns, told] of requests) {
    test(`${call} returns ${returns} (${section})`, async () => {
      assert.equal(await app.run(call), returns)
      assert.deepEqual(await app.told(), told ? [told] : [])
    })
  }

  test('the outcomes of popups go to the callbacks of showPopup in the order of asking, past one that was refused, and to HMI (W 14)', async () => {
    const app = await browser.openApp(`<script>
      seen = []
      function note(text) { return function () { seen.push(text + arguments.length) } }
      HMI.addEventListener('okBtnPopupRequestClicked', note('HMI ok'))
      WebPortal.showPopup('1', note('1 ok'), note('1 cancel'), note('1 timeout'))
      Device.PopupRequest(true, '2')
      WebPortal.showPopup('3', note('3 ok'), note('3 cancel'), note('3 timeout'))
      WebPortal.showPopup('4', 'no function')
      WebPortal.showPopup('5', note('5 ok'), note('5 cancel'), note('5 timeout'))
      WebPortal.showPopup('refused', note('6 ok'), note('6 cancel'), note('6 timeout'))
      WebPortal.showPopup('7', note('7 ok'), note('7 cancel'), note('7 timeout'))
    </script>`)
    const outcome = (name: string) => ({ pillion: 'event', event: { emitter: 'HMI', name } }) as const
    await app.post(
      outcome('cancelBtnPopupRequestClicked'),
      { pillion: 'popupRefused', id: 6 },
      outcome('okBtnPopupRequestClicked'),
      outcome('okBtnPopupRequestClicked'),
      outcome('okBtnPopupRequestClicked'),
      outcome('closeTimeoutPopupRequest'),
      outcome('closeTimeoutPopupRequest'),
      outcome('closeTimeoutPopupRequest'),
    )
    assert.deepEqual(await app.run('seen'), [
      '1 cancel0',
      'HMI ok0',
      '3 ok0',
      'HMI ok0',
      'HMI ok0',
      '5 timeout0',
      '7 timeout0',
    ])
  })
})
