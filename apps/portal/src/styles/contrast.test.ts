import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { brands } from '../themes.ts'

const css = readFileSync(new URL('base.css', import.meta.url), 'utf8')
const themes = brands.flatMap(({ themes }) => [...themes])
const palettes = {
  night: paletteOf(':root'),
  day: paletteOf('.screen[data-mode="day"]'),
}
const surfaces = ['ground', 'surface', 'surface-2', 'surface-3']
const texts = ['text', 'text-2', 'text-3', 'good', 'warn', 'bad']

/** The colours that the rule gives names to. */
function paletteOf(selector: string): Map<string, string> {
  const start = css.indexOf(`\n${selector} {`) + 1
  const rule = css.slice(start, css.indexOf('\n}', start))
  return new Map(
    [...rule.matchAll(/--([\w-]+): (#[0-9a-f]{6})/g)].map(([, name, color]) => [
      name as string,
      color as string,
    ]),
  )
}

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

for (const mode of ['night', 'day'] as const) {
  const color = (name: string) => palettes[mode].get(name) ?? assert.fail(`no --${name} by ${mode}`)

  test(`by ${mode}, every text colour and every theme's accent can be read on every surface (WCAG AA: 4.5)`, () => {
    const inks = [...texts.map(color), ...themes.map(({ accent }) => accent[mode])]
    for (const surface of surfaces)
      for (const ink of inks) {
        const ratio = contrast(ink, color(surface))
        assert.ok(ratio >= 4.5, `${ink} on ${surface}: ${ratio.toFixed(2)}`)
      }
  })

  test(`by ${mode}, what is written on an accent can be read (WCAG AA: 4.5)`, () => {
    for (const { accent, name } of themes) {
      const ratio = contrast(color('on-accent'), accent[mode])
      assert.ok(ratio >= 4.5, `${name}: ${ratio.toFixed(2)}`)
    }
  })
}

test('the accent of the page around the screen can be read, too', () => {
  const accent = palettes.night.get('accent') ?? ''
  for (const surface of surfaces) assert.ok(contrast(accent, palettes.night.get(surface) ?? '') >= 4.5)
})
