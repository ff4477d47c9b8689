import type {
  AccessPolicy,
  ConnectDecision,
  Credentials,
  Identity,
  PublishDecision,
  Refusal,
  SubscribeDecision,
} from '@pillion/broker'
import { HeldBack, type SignInFailure, type SignInGuard } from './sign-in-guard.ts'

/** MQTT 5 section 2.4; the type keeps it equal to a code of the packet package. */
const CONNECTION_RATE_EXCEEDED: Refusal['refused'] = 0x9f

/** The refusals that a guess ends in. Others, and a policy that cannot answer, tell nothing about a password. */
const failures: ReadonlyMap<string, SignInFailure> = new Map(
  [
    { reason: 'password_wrong', isKnownName: true },
    // The password was right, so it must not be told apart from a wrong one for free.
    { reason: 'certificate_of_other_identity', isKnownName: true },
    { reason: 'certificate_revoked', isKnownName: true },
    { reason: 'username_unknown', isKnownName: false },
    { reason: 'endpoint_unknown', isKnownName: false },
    { reason: 'certificate_of_unknown_vehicle', isKnownName: false },
  ].map((failure) => [failure.reason, failure]),
)

/** An access policy that does not let anybody guess passwords; for the rest, the policy it was made of. */
export class GuardedAccess implements AccessPolicy {
  readonly #policy: AccessPolicy
  readonly #guard: SignInGuard
  readonly #signedIn: (seconds: number, isAccepted: boolean) => void

  /** `signedIn`: told of each sign-in how long it took. */
  constructor(
    policy: AccessPolicy,
    guard: SignInGuard,
    signedIn: (seconds: number, isAccepted: boolean) => void = () => {},
  ) {
    this.#policy = policy
    this.#guard = guard
    this.#signedIn = signedIn
  }

  get epoch(): number {
    return this.#policy.epoch
  }

  async connect(credentials: Credentials): Promise<ConnectDecision> {
    const began = performance.now()
    const signIn = { address: credentials.remoteAddress, name: credentials.username }
    const decision = await this.#guard.check(
      signIn,
      () => this.#policy.connect(credentials),
      (answer) => ('refused' in answer ? failures.get(answer.reason) : undefined),
    )
    const isAccepted = !(decision instanceof HeldBack || 'refused' in decision)
    this.#signedIn((performance.now() - began) / 1_000, isAccepted)
    return decision instanceof HeldBack ? heldBack[decision.reason] : decision
  }

  publish(identity: Identity, topicName: string): PublishDecision | Promise<PublishDecision> {
    return this.#policy.publish(identity, topicName)
  }

  subscribe(identity: Identity, topicFilter: string): SubscribeDecision | Promise<SubscribeDecision> {
    return this.#policy.subscribe(identity, topicFilter)
  }
}

const heldBack: Readonly<Record<HeldBack['reason'], Refusal>> = {
  sign_in_rate_exceeded: refuseInSilence(
    'sign_in_rate_exceeded',
    'too many wrong passwords from this address',
  ),
  sign_in_account_locked: refuseInSilence('sign_in_account_locked', 'too many wrong passwords for this name'),
}

function refuseInSilence(reason: string, text: string): Refusal {
  return Object.freeze({ refused: CONNECTION_RATE_EXCEEDED, reason, text, silent: true })
}
