import type { IssuedOperator, Operator, OperatorRole, OperatorUpdate } from '@pillion/schema'
import { useState } from 'preact/hooks'
import { apiPath, send } from '../../api.ts'
import {
  Ago,
  Button,
  Confirm,
  Dialog,
  Drawer,
  Exact,
  Facts,
  Form,
  State,
  Tag,
  tell,
} from '../../parts/index.ts'
import { go, placeHref } from '../../place.ts'
import { session } from '../../session.ts'
import { RoleChoice } from './role-choice.tsx'
import { SetPassword } from './set-password.tsx'

interface OperatorDrawerProps {
  readonly operator: Operator
  readonly closeHref: string
  readonly onChanged: () => void
}

type Act = 'role' | 'password' | 'factor' | 'disable' | 'remove'

export function OperatorDrawer({ operator, closeHref, onChanged }: OperatorDrawerProps) {
  const [act, setAct] = useState<Act>()
  const { name, role, isDisabled, secondFactor, createdAt, lastSignInAt } = operator
  const isOneself = name === session.value?.name
  const close = () => setAct(undefined)
  const update = async (changes: OperatorUpdate) => {
    await send<IssuedOperator>('PATCH', apiPath('operators', name), changes)
    tell(`${name} was changed.`)
    onChanged()
  }
  return (
    <Drawer
      title={name}
      closeHref={closeHref}
      actions={
        <>
          <Button needs="admin" onClick={() => setAct('role')}>
            Change role…
          </Button>
          <Button needs="admin" onClick={() => setAct('password')}>
            Set password…
          </Button>
          {!isOneself && (
            <>
              {secondFactor === 'on' && (
                <Button needs="admin" onClick={() => setAct('factor')}>
                  Reset second factor…
                </Button>
              )}
              <Button
                needs="admin"
                onClick={() => (isDisabled ? void update({ isDisabled: false }) : setAct('disable'))}
              >
                {isDisabled ? 'Enable' : 'Disable…'}
              </Button>
              <Button needs="admin" kind="danger" onClick={() => setAct('remove')}>
                Remove…
              </Button>
            </>
          )}
        </>
      }
    >
      <Facts
        of={[
          ['Role', <Tag key="role">{role}</Tag>],
          ['State', isDisabled ? <State kind="quiet">disabled</State> : <State kind="good">active</State>],
          [
            'Second factor',
            secondFactor === 'on' ? <State kind="good">on</State> : <State kind="quiet">off</State>,
          ],
          ['Added', <Exact key="added" at={createdAt} />],
          ['Last sign-in', <Ago key="last" at={lastSignInAt} never="never" />],
        ]}
      />
      <p>
        <a href={placeHref('audit', [], { actor: `operator:${name}` })}>
          What {isOneself ? 'you' : name} did
        </a>
      </p>
      {act === 'role' && <ChangeRole operator={operator} onChange={update} onClose={close} />}
      {act === 'password' && <SetPassword name={name} onSet={update} onClose={close} />}
      {act === 'factor' && (
        <Confirm
          title={`Reset the second factor of ${name}?`}
          verb="Reset second factor"
          onConfirm={() => update({ secondFactor: 'off' })}
          onClose={close}
        >
          <p>
            For when {name} has lost phone and recovery codes: make sure that it is {name} who asks. {name} is
            signed out everywhere at once, and the password alone signs in then.
          </p>
        </Confirm>
      )}
      {act === 'disable' && (
        <Confirm
          title={`Disable ${name}?`}
          verb="Disable"
          onConfirm={() => update({ isDisabled: true })}
          onClose={close}
        >
          <p>
            {name} is signed out everywhere at once and cannot sign in until enabled again. What {name} did
            stays in the audit log.
          </p>
        </Confirm>
      )}
      {act === 'remove' && (
        <Confirm
          title={`Remove ${name}?`}
          verb="Remove"
          typed={name}
          onConfirm={async () => {
            await send('DELETE', apiPath('operators', name))
            tell(`${name} was removed.`)
            onChanged()
            go(closeHref)
          }}
          onClose={close}
        >
          <p>
            {name} is signed out everywhere at once and the account is gone. What {name} did stays in the
            audit log.
          </p>
        </Confirm>
      )}
    </Drawer>
  )
}

interface ChangeRoleProps {
  readonly operator: Operator
  readonly onChange: (changes: OperatorUpdate) => Promise<void>
  readonly onClose: () => void
}

function ChangeRole({ operator, onChange, onClose }: ChangeRoleProps) {
  const [role, setRole] = useState<OperatorRole>(operator.role)
  const submit = async () => {
    await onChange({ role })
    onClose()
  }
  return (
    <Dialog title={`Role of ${operator.name}`} onClose={onClose}>
      <Form verb="Change role" isReady={role !== operator.role} onSubmit={submit} onCancel={onClose}>
        <RoleChoice value={role} onChange={setRole} />
        <p class="hint">{operator.name} has to sign in again.</p>
      </Form>
    </Dialog>
  )
}
