import { type OperatorRole, operatorRoles } from '@pillion/schema'

const texts: Record<OperatorRole, string> = {
  viewer: 'Sees everything except operators and the audit log; changes nothing.',
  operator: 'Also ends connections, sends messages, lifts bans, empties mailboxes.',
  admin: 'Also adds and removes partners, vehicles, apps, operators, and their credentials.',
}

interface RoleChoiceProps {
  readonly value: OperatorRole
  readonly onChange: (role: OperatorRole) => void
}

export function RoleChoice({ value, onChange }: RoleChoiceProps) {
  return (
    <fieldset class="options">
      <legend class="label">Role</legend>
      {operatorRoles.map((role) => (
        <label key={role}>
          <input type="radio" name="role" checked={role === value} onChange={() => onChange(role)} />
          <span>
            <b>{role}</b>
            <small>{texts[role]}</small>
          </span>
        </label>
      ))}
    </fieldset>
  )
}
