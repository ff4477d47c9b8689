import { useState } from 'preact/hooks'
import { Field } from '../parts/field.tsx'
import { Form } from '../parts/form.tsx'
import { NewPassword, PasswordField } from '../parts/password-field.tsx'
import { CodeField } from '../second-factor/code-field.tsx'
import { Brand } from '../shell/menu.tsx'
import { firstLink, makeFirstOperator, signIn } from './sign-in.ts'

/** What stands in place of everything until one is signed in. */
export function SignInCard({ notice }: { notice: string | undefined }) {
  return (
    <main class="sign-in">
      <div class="sign-in-card">
        <Brand />
        {firstLink.value === undefined ? <SignIn notice={notice} /> : <First />}
      </div>
    </main>
  )
}

function SignIn({ notice }: { notice: string | undefined }) {
  const [name, setName] = useState('')
  const [password, setPassword] = useState('')
  const [isPasswordRight, setPasswordRight] = useState(false)
  const submit = async (code?: string) => setPasswordRight(!(await signIn(name.trim(), password, code)))
  if (isPasswordRight)
    return <SecondStep name={name} onSubmit={submit} onBack={() => setPasswordRight(false)} />
  return (
    <>
      <h1>Console</h1>
      {notice && (
        <p class="notice" role="status">
          {notice}
        </p>
      )}
      <Form verb="Sign in" isReady={name !== '' && password !== ''} onSubmit={() => submit()}>
        <NameField value={name} onChange={setName} />
        <PasswordField label="Password" value={password} onChange={setPassword} />
      </Form>
      <p class="hint">
        No account yet? On the server, <code>pillion operator link</code> prints a link that makes the first
        one.
      </p>
    </>
  )
}

interface SecondStepProps {
  readonly name: string
  readonly onSubmit: (code: string) => Promise<void>
  readonly onBack: () => void
}

function SecondStep({ name, onSubmit, onBack }: SecondStepProps) {
  const [code, setCode] = useState('')
  return (
    <>
      <h1>Second step</h1>
      <p class="hint">To sign in as {name}, a code is needed as well.</p>
      <Form verb="Sign in" isReady={code !== ''} onSubmit={() => onSubmit(code)}>
        <CodeField value={code} onChange={setCode} hasFocus />
      </Form>
      <button type="button" class="text-button" onClick={onBack}>
        Back
      </button>
    </>
  )
}

function First() {
  const [name, setName] = useState('')
  const [password, setPassword] = useState('')
  const isReady = name !== '' && password !== ''
  return (
    <>
      <h1>The first operator</h1>
      <p class="hint">Has the role admin and can add the others. The link works once.</p>
      <Form verb="Make account" isReady={isReady} onSubmit={() => makeFirstOperator(name.trim(), password)}>
        <NameField value={name} onChange={setName} />
        <NewPassword label="Password" onChange={setPassword} />
      </Form>
    </>
  )
}

function NameField({ value, onChange }: { value: string; onChange: (name: string) => void }) {
  return (
    <Field label="Name">
      <input
        name="name"
        value={value}
        autocomplete="username"
        autocapitalize="none"
        spellcheck={false}
        autofocus
        required
        onInput={({ currentTarget }) => onChange(currentTarget.value)}
      />
    </Field>
  )
}
