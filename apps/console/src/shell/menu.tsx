import { signal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { Button } from '../parts/button.tsx'
import { Icon } from '../parts/icon.tsx'
import { Tag } from '../parts/state.tsx'
import { place, placeHref } from '../place.ts'
import type { Screen } from '../screen.ts'
import { screens } from '../screens/index.ts'
import { may, session } from '../session.ts'
import { signOut } from '../sign-in/sign-in.ts'
import { liveState } from './live.ts'
import { type ThemeChoice, themeChoice } from './theme.ts'

const groups: readonly Screen['group'][] = ['Watch', 'Fleet', 'Push', 'Server']

/** On a narrow window the menu is over the page, and open only when asked for. */
const isOpen = signal(false)

function close(): void {
  isOpen.value = false
}

export function TopBar() {
  return (
    <header class="top-bar">
      <Button
        kind="quiet"
        icon="menu"
        label="Menu"
        onClick={() => {
          isOpen.value = true
        }}
      />
      <Brand />
      <LiveState />
    </header>
  )
}

export function Menu({ open }: { open: string }) {
  const where = place.value
  // Closed by going anywhere
  useEffect(() => {
    isOpen.value = false
  }, [where.path])
  useEffect(() => {
    const onKeyDown = ({ key }: KeyboardEvent) => {
      if (key === 'Escape') close()
    }
    addEventListener('keydown', onKeyDown)
    return () => removeEventListener('keydown', onKeyDown)
  }, [])
  return (
    <>
      {isOpen.value && (
        <button type="button" class="menu-shade" tabIndex={-1} aria-label="Close menu" onClick={close} />
      )}
      <header class={isOpen.value ? 'menu is-open' : 'menu'}>
        <Brand />
        <nav aria-label="Screens">
          {groups.map((group) => (
            <Group key={group} group={group} open={open} />
          ))}
        </nav>
        <Foot />
      </header>
    </>
  )
}

function Group({ group, open }: { group: Screen['group']; open: string }) {
  const shown = screens.filter((screen) => screen.group === group && may(screen.role))
  if (shown.length === 0) return null
  return (
    <div class="menu-group">
      <h2>{group}</h2>
      <ul>
        {shown.map(({ path, title, icon, key }) => (
          <li key={path}>
            <a
              href={placeHref(path)}
              {...(path === open ? { 'aria-current': 'page' } : {})}
              title={`g ${key}`}
            >
              <Icon name={icon} />
              {title}
            </a>
          </li>
        ))}
      </ul>
    </div>
  )
}

/** Whether what is shown is what is: the server answers. */
function LiveState() {
  return <p class={`live-state ${liveState.value}`}>{liveTexts[liveState.value]}</p>
}

const liveTexts = { open: 'Live', away: 'No answer', absent: 'Live', none: 'Connecting' }

function Foot() {
  const who = session.value
  if (who === undefined) return null
  return (
    <div class="menu-foot">
      <LiveState />
      <Theme />
      <a
        class="who"
        href={placeHref('account')}
        title="Your account"
        {...(place.value.path === 'account' ? { 'aria-current': 'page' } : {})}
      >
        <span class="who-name">{who.name}</span>
        <Tag>{who.role}</Tag>
      </a>
      <Button kind="quiet" icon="leave" onClick={() => void signOut()}>
        Sign out
      </Button>
    </div>
  )
}

const themes: readonly (readonly [ThemeChoice, string])[] = [
  ['light', 'Light'],
  ['dark', 'Dark'],
  ['system', 'As the system'],
]

function Theme() {
  return (
    <fieldset class="theme">
      <legend class="unseen">Colours</legend>
      {themes.map(([choice, text]) => (
        <label key={choice} title={text}>
          <input
            type="radio"
            name="theme"
            aria-label={text}
            checked={themeChoice.value === choice}
            onChange={() => {
              themeChoice.value = choice
            }}
          />
          <Icon name={choice} />
        </label>
      ))}
    </fieldset>
  )
}

export function Brand() {
  return (
    <p class="brand">
      <span class="brand-mark" aria-hidden="true" />
      Pillion
    </p>
  )
}
