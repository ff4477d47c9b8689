import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'

const css = readFileSync(new URL('base.css', import.meta.url), 'utf8')
const colors = (name: string) =>
  [...css.matchAll(new RegExp(`--${name}: (#[0-9a-f]{6})`, 'g'))].map(([, color]) => color as string)

/** Relative luminance by WCAG 2.2. */
function luminance(color: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const share = Number.parseInt(color.slice(at, at + 2), 16) / 255
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}

function contrast(a: string, b: string): number {
  const [light = 0, dark = 0] = [luminance(a), luminance(b)].sort((x, y) => y - x)
  return (light + 0.05) / (dark + 0.05)
}

test('every text colour and every accent can be read on every surface (WCAG AA: 4.5)', () => {
  const surfaces = ['ground', 'surface', 'surface-2', 'surface-3'].flatMap(colors)
  const texts = ['text', 'text-2', 'text-3', 'accent', 'good', 'warn', 'bad'].flatMap(colors)
  assert.equal(surfaces.length, 4)
  assert.equal(texts.length, 11)
  for (const surface of surfaces)
    for (const text of texts) assert.ok(contrast(text, surface) >= 4.5, `${text} on ${surface}`)
})

test('what is written on an accent can be read (WCAG AA: 4.5)', () => {
  const [ink = ''] = colors('on-accent')
  for (const accent of colors('accent')) assert.ok(contrast(ink, accent) >= 4.5, accent)
})
