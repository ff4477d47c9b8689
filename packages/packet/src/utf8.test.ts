import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { decodeText, encodeText, textBytes } from './utf8.ts'

test('reads and writes any text as TextEncoder does', () => {
  const anyText = fc.string({ unit: 'binary' }).map((text) => text.replaceAll('\0', ''))
  fc.assert(
    fc.property(anyText, (text) => {
      const expected = new TextEncoder().encode(text)
      assert.equal(textBytes(text), expected.length)
      const bytes = new Uint8Array(expected.length + 3)
      assert.equal(encodeText(text, bytes, 3), expected.length)
      assert.deepEqual(bytes.subarray(3), expected)
      assert.equal(decodeText(bytes, 3, bytes.length), text)
    }),
  )
})

test('reads the same text without Node’s Buffer, as in a browser', async () => {
  const inBrowser = await importWithoutBuffer()
  for (const text of ['', 'a', 'psa/OVIPPartners-Dev/to/uid', '\u007f', 'é', '\ufeffa', 'a/🚗']) {
    const bytes = new TextEncoder().encode(`..${text}..`)
    assert.equal(inBrowser.decodeText(bytes, 2, bytes.length - 2), text)
    assert.equal(decodeText(bytes, 2, bytes.length - 2), text)
  }
  for (const hex of ['00', 'c080', 'eda080', 'ff']) {
    const bytes = Buffer.from(hex, 'hex')
    assert.throws(() => inBrowser.decodeText(bytes, 0, bytes.length), { name: 'MqttError' })
  }
})

/** The module once more: it looks for Buffer when it is loaded. */
async function importWithoutBuffer(): Promise<typeof import('./utf8.ts')> {
  const { Buffer } = globalThis
  const specifier = './utf8.ts?without-buffer'
  Reflect.deleteProperty(globalThis, 'Buffer')
  try {
    return await import(specifier)
  } finally {
    globalThis.Buffer = Buffer
  }
}
