import assert from 'node:assert/strict'
import { test } from 'node:test'
import { insertFrameScript } from './insert-frame-script.ts'

const tag = '<script src="/shared/pillion/frame.js"></script>'

/** `|` marks where the script must stand. */
const pages = [
  { name: 'a page with a head', html: '<!DOCTYPE html><html><head>|<title>x</title></head></html>' },
  {
    name: 'an upper-case head with attributes',
    html: '<HTML LANG="en"><HEAD profile=x>|<SCRIPT></SCRIPT></HEAD>',
  },
  {
    name: 'a head below comments and white space',
    html: '<!-- <head> -->\r\n<!doctype html>\n<html>\n<!---->\n<head\n>|\n',
  },
  { name: 'an html tag with > in an attribute', html: `<html a=">" b='>' c = x"y d><head>|` },
  { name: 'a quote in an attribute name', html: '<html a"=">x" ><head>|' },
  { name: 'an attribute name that begins with =', html: '<html =a><head>|' },
  { name: 'a slash in the html tag', html: '<html/ lang=x/><head/>|' },
  { name: 'no head but a body', html: '<html>|<body>x</body></html>' },
  { name: 'no head but a header', html: '<html>|<header>x</header>' },
  { name: 'no html and no head', html: '<!DOCTYPE html>|<meta charset=x><script></script>' },
  { name: 'text only', html: '|hello <head>' },
  { name: 'an end tag first', html: '|</head><script></script>' },
  { name: 'nothing', html: '|' },
  { name: 'an XML declaration', html: '<?xml version="1.0"?><!DOCTYPE html><html xmlns="x"><head>|' },
  { name: 'a comment that ends at once', html: '<!--><head>|-->' },
  { name: 'a comment that ends wrongly', html: '<!-- a --!><head>|' },
  { name: 'a comment that never ends', html: '|<!-- <head>' },
  { name: 'a tag that never ends', html: '|<html a="<head>' },
  { name: 'a byte order mark', html: '\uFEFF<html><head>|' },
  { name: 'a byte order mark and no head', html: '\uFEFF|<p>' },
]

const encodings = [
  { charset: 'UTF-8', encode: (text: string) => Buffer.from(text) },
  {
    charset: 'UTF-16LE',
    encode: (text: string) => Buffer.from(`\uFEFF${text.replace('\uFEFF', '')}`, 'utf16le'),
  },
  {
    charset: 'UTF-16BE',
    encode: (text: string) => Buffer.from(`\uFEFF${text.replace('\uFEFF', '')}`, 'utf16le').swap16(),
  },
]

for (const { charset, encode } of encodings) {
  for (const { name, html } of pages) {
    test(`stands first in the head of ${name}, in ${charset} (W 5.3)`, () => {
      const inserted = insertFrameScript(encode(html.replace('|', '')))
      assert.deepEqual(inserted, encode(html.replace('|', tag)))
    })
  }
}

test('leaves every byte of a page in a charset of its own as it is', () => {
  const windows1252 = Buffer.concat([
    Buffer.from('<html><head><title>'),
    Buffer.from([0xe9, 0x80, 0xff, 0xa0]),
    Buffer.from('</title>'),
  ])
  const inserted = insertFrameScript(windows1252)
  const without = Buffer.concat([inserted.subarray(0, 12), inserted.subarray(12 + tag.length)])
  assert.deepEqual(without, windows1252)
  assert.equal(inserted.toString('latin1', 12, 12 + tag.length), tag)
})

test('a long run of unclosed markup takes no longer than reading it', { timeout: 5_000 }, () => {
  const html = Buffer.from(`<html ${'a="'.repeat(300_000)}${'<!--'.repeat(300_000)}`)
  assert.equal(insertFrameScript(html).indexOf(tag), 0)
})
