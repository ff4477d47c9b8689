import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parse, parseAllDocuments } from 'yaml'
import { runProgram } from './program.ts'

/** The files an operator starts from. */
export const deployFolder = fileURLToPath(new URL('../../deploy/', import.meta.url))

export function readDeployFile(name: string): Promise<string> {
  return readFile(join(deployFolder, name), 'utf8')
}

export interface Service {
  readonly image: string
  readonly build?: { context: string; dockerfile: string }
  readonly environment?: Record<string, string>
  readonly volumes?: string[]
  readonly ports?: string[]
  readonly depends_on?: string[] | Record<string, { condition: string }>
  readonly stop_grace_period?: string
  readonly [other: string]: unknown
}

/** compose.yaml as the engine reads it: anchors merged, variables filled in from .env.example. */
export async function readCompose() {
  const filled = (await readDeployFile('compose.yaml')).replace(/\$\{(\w+)(:[^}]*)?\}/g, (_, name: string) =>
    name === 'PILLION_NAME' ? 'pillion.example.com' : 'a5f00d',
  )
  return parse(filled, { merge: true }) as {
    services: Record<string, Service>
    volumes: Record<string, unknown>
  }
}

/** Of the Compose specification, those that we use. */
export const composeKeys = new Set(
  `build cap_drop command depends_on environment healthcheck image ports read_only restart security_opt shm_size
  stop_grace_period stop_signal sysctls tmpfs ulimits volumes`.split(/\s+/),
)

export interface Manifest {
  readonly kind: string
  readonly metadata: { name: string }
  readonly data?: Record<string, string>
  readonly stringData?: Record<string, string>
  readonly spec: {
    readonly selector: Record<string, string> & { matchLabels?: Record<string, string> }
    readonly template: { metadata: { labels: Record<string, string> }; spec: PodSpec }
    readonly ports?: { targetPort?: string; port: number }[]
    readonly volumeClaimTemplates?: { metadata: { name: string } }[]
  }
}

interface PodSpec {
  readonly containers: Container[]
  readonly volumes?: { name: string; configMap?: { name: string } }[]
  readonly terminationGracePeriodSeconds: number
  readonly enableServiceLinks?: boolean
}

export interface Container {
  readonly env: {
    name: string
    value?: string
    valueFrom?: { secretKeyRef?: { name: string; key: string } }
  }[]
  readonly ports: { name: string; containerPort: number }[]
  readonly volumeMounts: { name: string; mountPath: string; subPathExpr?: string }[]
  readonly readinessProbe: { httpGet: { path: string; port: string } }
  readonly livenessProbe: { httpGet: { path: string; port: string } }
}

/** What `kubectl apply --kustomize deploy` would send. */
export async function renderManifests(): Promise<readonly Manifest[]> {
  const { exitCode, output } = await runProgram('kubectl', ['kustomize', deployFolder])
  if (exitCode !== 0) throw new Error(output)
  return parseAllDocuments(output).map((each) => each.toJS() as Manifest)
}
