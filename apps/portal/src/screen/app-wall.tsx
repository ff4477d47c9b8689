import type { AppView } from '@pillion/host'
import { type Signal, useSignal } from '@preact/signals'
import { useLayoutEffect, useRef } from 'preact/hooks'
import type { HeadUnit } from '../head-unit.ts'
import { Icon } from '../icons.tsx'
import { AppIcon } from './app-icon.tsx'
import { columns, moveOnWall, tilesPerPage } from './wall-keys.ts'

/** After the apps: the notification center (W 7.4) and the settings. */
const ownPlaces = ['center', 'settings']

/** Pages of 3 × 2 icons with name, arrows and page marks, a green check mark on loaded apps, a badge on the notification center (W 11.5). */
export function AppWall({ headUnit, hidden }: { headUnit: HeadUnit; hidden: boolean }) {
  const wall = useRef<HTMLElement>(null)
  const wished = useSignal(0)
  const { apps } = headUnit.view.value
  const tiles = apps.length + ownPlaces.length
  const pages = Math.ceil(tiles / tilesPerPage)
  const page = Math.min(wished.value, pages - 1)
  useReturnToTile(wall, wished, headUnit, hidden)
  useArrowKeys(wall, wished, tiles, hidden)
  return (
    <section class="wall" aria-label="Connected apps" hidden={hidden} ref={wall}>
      <Turn name="back" label="Previous page" disabled={page === 0} turn={() => (wished.value = page - 1)} />
      <ul class="wall-page" key={page} style={{ '--columns': String(columns) }}>
        {[
          ...apps.map((app) => (
            <Tile key={app.idApp} app={app} open={() => headUnit.host.openApp(app.idApp)} />
          )),
          <CenterTile key=" center" headUnit={headUnit} />,
          <SettingsTile key=" settings" headUnit={headUnit} />,
        ].slice(page * tilesPerPage, (page + 1) * tilesPerPage)}
      </ul>
      {apps.length === 0 && <EmptyWall />}
      <Turn
        name="next"
        label="Next page"
        disabled={page === pages - 1}
        turn={() => (wished.value = page + 1)}
      />
      {pages > 1 && <PageMarks page={page} pages={pages} turnTo={(to) => (wished.value = to)} />}
    </section>
  )
}

function Tile({ app, open }: { app: AppView; open: () => void }) {
  const loaded = app.state === 'foreground' || app.state === 'background'
  return (
    <li>
      <button type="button" class="tile" data-app={app.idApp} title={app.name} onClick={open}>
        <span class="tile-icon">
          <AppIcon app={app} />
          {loaded && (
            <span class="tile-check">
              <Icon name="check" />
              <span class="unseen">loaded</span>
            </span>
          )}
        </span>
        <span class="tile-name">{app.name}</span>
      </button>
    </li>
  )
}

function CenterTile({ headUnit }: { headUnit: HeadUnit }) {
  const { unread } = headUnit.view.value
  return (
    <li>
      <button
        type="button"
        class="tile"
        data-tile="center"
        aria-label={`NC: notification center, ${unread} new`}
        onClick={() => headUnit.host.openCenter()}
      >
        <span class="tile-icon">
          <span class="app-icon is-own">
            <Icon name="bell" />
          </span>
          {unread > 0 && <span class="tile-badge">{unread}</span>}
        </span>
        <span class="tile-name">NC</span>
      </button>
    </li>
  )
}

function SettingsTile({ headUnit }: { headUnit: HeadUnit }) {
  return (
    <li>
      <button type="button" class="tile" data-tile="settings" onClick={() => headUnit.openSettings()}>
        <span class="tile-icon">
          <span class="app-icon is-own">
            <Icon name="settings" />
          </span>
        </span>
        <span class="tile-name">Settings</span>
      </button>
    </li>
  )
}

interface TurnProps {
  readonly name: 'back' | 'next'
  readonly label: string
  readonly disabled: boolean
  readonly turn: () => void
}

function Turn({ name, label, disabled, turn }: TurnProps) {
  return (
    <button type="button" class="wall-turn" aria-label={label} disabled={disabled} onClick={turn}>
      <Icon name={name} />
    </button>
  )
}

function PageMarks({ page, pages, turnTo }: { page: number; pages: number; turnTo: (page: number) => void }) {
  return (
    <div class="wall-marks">
      {Array.from({ length: pages }, (_, index) => (
        <button
          type="button"
          key={index}
          aria-label={`Page ${index + 1} of ${pages}`}
          aria-current={index === page ? 'page' : undefined}
          onClick={() => turnTo(index)}
        />
      ))}
    </div>
  )
}

function EmptyWall() {
  return (
    <div class="wall-empty">
      <h2>No apps on this vehicle yet</h2>
      <p>
        <code>npx pillion app subscribe IDAPP VIN</code> puts one here, at once.
      </p>
    </div>
  )
}

/** Who leaves an app, the notification center or the settings finds the focus on its tile, and the arrow keys go on from there. */
function useReturnToTile(
  wall: { current: HTMLElement | null },
  page: Signal<number>,
  headUnit: HeadUnit,
  hidden: boolean,
): void {
  const left = useRef<string | undefined>(undefined)
  const { app, apps, center } = headUnit.view.value
  const isOwn = center.open ? 'center' : headUnit.settingsOpen.value ? 'settings' : undefined
  const place = isOwn ? ownPlaces.indexOf(isOwn) + apps.length : apps.findIndex(({ idApp }) => idApp === app)
  useLayoutEffect(() => {
    if (place < 0) return
    left.current = isOwn ? `[data-tile="${isOwn}"]` : `[data-app="${CSS.escape(app ?? '')}"]`
    // While the wall is out of sight: an app that a popup opened may be on another page.
    page.value = Math.floor(place / tilesPerPage)
  }, [page, app, isOwn, place])
  useLayoutEffect(() => {
    if (hidden || left.current === undefined) return
    const tile = wall.current?.querySelector<HTMLElement>(left.current)
    left.current = undefined
    const focused = document.activeElement
    if (focused === document.body || focused?.closest('.screen')) tile?.focus()
  }, [wall, hidden])
}

/** Arrow keys move from tile to tile and over the edge to the next page, also when nothing has the focus. */
function useArrowKeys(
  wall: { current: HTMLElement | null },
  page: Signal<number>,
  tiles: number,
  hidden: boolean,
): void {
  const wanted = useRef<number | undefined>(undefined)
  const focusWanted = () => {
    if (wanted.current === undefined) return
    wall.current?.querySelectorAll<HTMLElement>('.tile')[wanted.current % tilesPerPage]?.focus()
    wanted.current = undefined
  }
  // A tile of another page is there only now.
  useLayoutEffect(focusWanted)
  // Not later: the next key may follow at once on the one that led to the wall.
  useLayoutEffect(() => {
    if (hidden) return
    const listener = (event: KeyboardEvent) => {
      const focused = document.activeElement
      if (!wall.current || (focused !== document.body && !wall.current.contains(focused))) return
      const index = [...wall.current.querySelectorAll('.tile')].indexOf(focused as Element)
      const from = index < 0 ? undefined : page.value * tilesPerPage + index
      const to = moveOnWall(event.key, from, page.value, tiles)
      if (to === undefined) return
      event.preventDefault()
      wanted.current = to
      const pageOfTo = Math.floor(to / tilesPerPage)
      if (pageOfTo === page.value) focusWanted()
      else page.value = pageOfTo
    }
    window.addEventListener('keydown', listener)
    return () => window.removeEventListener('keydown', listener)
  }, [wall, page, tiles, hidden])
}
