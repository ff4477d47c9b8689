import { Page, Tag } from '../../parts/index.ts'
import { session } from '../../session.ts'
import { ChangePassword } from './change-password.tsx'
import { OwnFactor } from './own-factor.tsx'
import { OwnSessions } from './own-sessions.tsx'

/** What everybody decides for oneself. */
export function Account() {
  return (
    <Page
      title="Your account"
      about={
        <>
          {session.value?.name} <Tag>{session.value?.role}</Tag>
        </>
      }
    >
      <ChangePassword />
      <OwnFactor />
      {/* Asked anew when this session is another one: then others have ended. */}
      <OwnSessions key={session.value?.csrfToken} />
    </Page>
  )
}
