import { fork } from 'node:child_process'
import { once } from 'node:events'
import { basename, dirname } from 'node:path'
import { Child } from './child.ts'

/** Forks one of this folder's processes, gives it its job and waits for its first answer. */
export async function startForked<Job extends object, Started>(
  file: string,
  job: Job,
  profileFile?: string,
): Promise<{ readonly child: Child; readonly started: Started }> {
  const forked = fork(new URL(file, import.meta.url), {
    execArgv: profileArguments(profileFile),
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  })
  const child = new Child(file, forked)
  forked.send(job)
  const exited = once(forked, 'exit').then(() => undefined)
  const answered = once(forked, 'message').then(([started]) => started as Started)
  const started = await Promise.race([answered, exited])
  if (started === undefined) throw child.failure('ended while starting')
  return { child, started }
}

function profileArguments(file: string | undefined): string[] {
  if (file === undefined) return []
  return ['--cpu-prof', `--cpu-prof-dir=${dirname(file)}`, `--cpu-prof-name=${basename(file)}`]
}
