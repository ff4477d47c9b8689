import type { Point } from './plane.ts'

/** SVG paths of a piece of land that does not exist. */
export interface Town {
  readonly parks: string
  readonly blocks: string
  readonly lanes: string
  readonly streets: string
  readonly avenues: string
  readonly river: string
}

/** Every so many streets one is broad. */
const avenueEvery = 4
const parkShare = 0.13

/**
 * A town made up from its coordinates, the same on every visit: streets between crossings that lie a little off a grid of `cell` metres,
 * blocks between them, parks, a river. The square around `centre`.
 */
export function drawTown(centre: Point, reach: number, cell: number): Town {
  const columns = range((centre.x - reach) / cell, (centre.x + reach) / cell)
  const rows = range((centre.y - reach) / cell, (centre.y + reach) / cell)
  const parts = { parks: '', blocks: '', lanes: '', streets: '', avenues: '', river: '' }
  for (const column of columns) {
    for (const row of rows) drawQuarter(parts, column, row, cell)
  }
  parts.river = drawRiver(centre, reach, cell)
  return parts
}

/** The land between four crossings, and the two streets at its north and its west. */
function drawQuarter(
  parts: { -readonly [Part in keyof Town]: Town[Part] },
  column: number,
  row: number,
  cell: number,
): void {
  const north = crossing(column, row, cell)
  const east = crossing(column + 1, row, cell)
  const south = crossing(column + 1, row + 1, cell)
  const west = crossing(column, row + 1, cell)
  parts[row % avenueEvery === 0 ? 'avenues' : 'streets'] += line(north, east)
  parts[column % avenueEvery === 0 ? 'avenues' : 'streets'] += line(north, west)
  const quarter: Quad = [north, east, south, west]
  if (chance(column, row, 3) < parkShare) parts.parks += area(quarter, 0.06)
  else drawBlocks(parts, quarter, chance(column, row, 4))
}

/** Two lanes cut the quarter; what is left is built on. */
function drawBlocks(parts: { lanes: string; blocks: string }, quarter: Quad, turn: number): void {
  const across = 0.35 + turn * 0.3
  const along = 0.65 - turn * 0.3
  parts.lanes += line(inside(quarter, across, 0), inside(quarter, across, 1))
  parts.lanes += line(inside(quarter, 0, along), inside(quarter, 1, along))
  for (const [left, right] of [
    [0, across],
    [across, 1],
  ] as const) {
    for (const [top, bottom] of [
      [0, along],
      [along, 1],
    ] as const) {
      const corners: Quad = [
        inside(quarter, left, top),
        inside(quarter, right, top),
        inside(quarter, right, bottom),
        inside(quarter, left, bottom),
      ]
      parts.blocks += area(corners, 0.13)
    }
  }
}

/** From west to east through the whole square, in wide bends. */
function drawRiver(centre: Point, reach: number, cell: number): string {
  let path = ''
  for (const column of range((centre.x - reach) / cell, (centre.x + reach) / cell + 1)) {
    const bend = Math.sin(column * 0.55) * 1.4 + Math.sin(column * 0.21 + 1) * 2.6
    // One river every 14 quarters; the one nearest to the centre.
    const bed = Math.round((centre.y / cell - 3.4) / 14) * 14 + 3.4
    path += `${path === '' ? 'M' : 'L'}${round(column * cell)} ${round((bed + bend) * cell)}`
  }
  return path
}

type Quad = readonly [Point, Point, Point, Point]

function crossing(column: number, row: number, cell: number): Point {
  return {
    x: (column + (chance(column, row, 1) - 0.5) * 0.42) * cell,
    y: (row + (chance(column, row, 2) - 0.5) * 0.42) * cell,
  }
}

/** Of a quarter: `right` and `down` from 0 to 1. */
function inside([north, east, south, west]: Quad, right: number, down: number): Point {
  const mix = (axis: 'x' | 'y') =>
    (north[axis] * (1 - right) + east[axis] * right) * (1 - down) +
    (west[axis] * (1 - right) + south[axis] * right) * down
  return { x: mix('x'), y: mix('y') }
}

/** The quad, smaller by `margin` of its size on each side. */
function area(quad: Quad, margin: number): string {
  const corners = [
    inside(quad, margin, margin),
    inside(quad, 1 - margin, margin),
    inside(quad, 1 - margin, 1 - margin),
    inside(quad, margin, 1 - margin),
  ]
  return `M${corners.map(({ x, y }) => `${round(x)} ${round(y)}`).join('L')}Z`
}

function line(from: Point, to: Point): string {
  return `M${round(from.x)} ${round(from.y)}L${round(to.x)} ${round(to.y)}`
}

function range(from: number, to: number): number[] {
  const first = Math.floor(from)
  return Array.from({ length: Math.max(0, Math.ceil(to) - first) }, (_, index) => first + index)
}

function round(value: number): number {
  return Math.round(value * 10) / 10
}

/** From 0 up to 1, and always the same for a place. */
function chance(column: number, row: number, salt: number): number {
  let hash = Math.imul(column, 374_761_393) ^ Math.imul(row, 668_265_263) ^ Math.imul(salt, 2_147_483_647)
  hash = Math.imul(hash ^ (hash >>> 13), 1_274_126_177)
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32
}
