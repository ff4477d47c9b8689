import type { CopyProgress } from '@pillion/store'
import type { Config } from '../config.ts'

export type CopyStep = 'reading' | 'packing' | 'checking' | 'writing'

export interface StepProgress extends CopyProgress {
  readonly step: CopyStep
}

export interface CopyOptions {
  readonly config: Config
  readonly log: { warn(fields: object, text: string): void }
  readonly onProgress?: ((progress: StepProgress) => void) | undefined
  /** What was begun is taken back when it is aborted. */
  readonly signal?: AbortSignal | undefined
}
