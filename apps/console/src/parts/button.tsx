import type { OperatorRole } from '@pillion/schema'
import type { ComponentChildren } from 'preact'
import { may } from '../session.ts'
import { Icon, type IconName } from './icon.tsx'

interface ButtonProps {
  /** Least role that may do it; to others the button is not there. */
  readonly needs?: OperatorRole
  readonly icon?: IconName
  readonly kind?: 'primary' | 'danger' | 'plain' | 'quiet'
  readonly type?: 'button' | 'submit'
  readonly disabled?: boolean
  /** Says what it does where there is only an icon. */
  readonly label?: string
  readonly onClick?: (event: MouseEvent) => void
  readonly children?: ComponentChildren
}

export function Button(props: ButtonProps) {
  const { needs, icon, kind = 'plain', type = 'button', disabled = false, label } = props
  if (needs !== undefined && !may(needs)) return null
  const only = props.children === undefined ? ' only-icon' : ''
  return (
    <button
      type={type}
      class={`button ${kind}${only}`}
      disabled={disabled}
      onClick={props.onClick}
      {...(label === undefined ? {} : { 'aria-label': label, title: label })}
    >
      {icon && <Icon name={icon} />}
      {props.children}
    </button>
  )
}

/** What only some roles get to see. */
export function Allowed({ needs, children }: { needs: OperatorRole; children: ComponentChildren }) {
  return may(needs) ? children : null
}
