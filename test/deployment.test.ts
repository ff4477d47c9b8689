import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import { ConfigError, listConfigKeys, loadConfig } from '@pillion/server'
import { parse } from 'yaml'
import {
  type Container,
  composeKeys,
  deployFolder,
  type Manifest,
  readCompose,
  readDeployFile,
  renderManifests,
} from './support/deployment-files.ts'
import { haproxyFile } from './support/haproxy.ts'
import { layOutImage } from './support/image.ts'
import { Pillion } from './support/pillion.ts'
import { missing, Program, runProgram } from './support/program.ts'

const temporary = await mkdtemp(join(tmpdir(), 'pillion-deployment-'))
after(() => rm(temporary, { recursive: true }))

const keys = listConfigKeys()
const ports = new Map(
  keys
    .filter(({ path }) => /^listeners\.\w+\.port$/.test(path))
    .map(({ path, default: port }) => [path.split('.')[1] ?? '', port as number]),
)

const compose = await readCompose()
const nodes = Object.entries(compose.services).filter(([name]) => name.startsWith('pillion-'))
const dockerfile = await readDeployFile('Dockerfile')

describe('deploy/Dockerfile', () => {
  it('exposes the ports of the listeners, and ends as a user that is not root', () => {
    assert.deepEqual(/^EXPOSE (.*)$/m.exec(dockerfile)?.[1]?.split(' ').map(Number), [...ports.values()])
    const [user] = [...dockerfile.matchAll(/^USER (\d+):\d+$/gm)].map(([, each]) => Number(each))
    assert.ok(user !== undefined && user > 0)
    assert.ok(dockerfile.indexOf('\nUSER ') < dockerfile.indexOf('\nENTRYPOINT '))
  })

  it('holds what a node needs to start, and its health check tells a node that is well from one that is gone', async () => {
    const image = await layOutImage()
    after(() => image.remove())
    const inside = (path: string) => path.replace(/^\/pillion\//, `${image.root}/`)
    const [, entry = ''] = /^ENTRYPOINT \["node", "([^"]+)"\]$/m.exec(dockerfile) ?? []
    const [, check = '', path = ''] =
      /HEALTHCHECK .*CMD \["node", "([^"]+)", "([^"]+)"\]$/m.exec(dockerfile) ?? []
    assert.ok(existsSync(inside(entry)))
    const ports = ['--http', '0', '--https', '0', '--mqtt', '0', '--mqtts', '0', '--partners', '0']
    const env = { PILLION_LISTENERS__HTTP__PROXYPROTOCOL: 'true' }
    const node = new Program(process.execPath, [inside(entry), 'serve', '--data', image.data, ...ports], env)
    const [, port = ''] = await node.printed(/^ +http +127\.0\.0\.1:(\d+) [\s\S]*Ctrl-C stops it/m)
    const ask = (variables: Record<string, string>) =>
      runProgram(process.execPath, [inside(check), path], {
        ...variables,
        PILLION_LISTENERS__HTTP__PORT: port,
      })
    assert.deepEqual(await ask(env), { exitCode: 0, output: 'HTTP/1.1 200 OK\n' })
    // Without the header that this listener wants.
    assert.deepEqual(await ask({}), { exitCode: 1, output: 'no answer\n' })
    await node.stop()
    assert.equal(node.child.exitCode, 0)
    assert.doesNotMatch(node.output, /not built yet/)
    assert.equal((await ask(env)).exitCode, 1)
  })
})

describe('deploy/compose.yaml', () => {
  it('says what compose knows, and names only services, volumes and files that are there', async () => {
    for (const [name, service] of Object.entries(compose.services)) {
      const unknown = Object.keys(service).filter((key) => !composeKeys.has(key))
      assert.deepEqual(unknown, [], name)
      const needed = service.depends_on ?? []
      for (const other of Array.isArray(needed) ? needed : Object.keys(needed))
        assert.ok(compose.services[other], other)
      for (const [source = '', target = ''] of (service.volumes ?? []).map((each) => each.split(':'))) {
        assert.match(target, /^\//)
        if (source.startsWith('.')) assert.ok(existsSync(join(deployFolder, source)), `${name}: ${source}`)
        else assert.ok(source in compose.volumes, `${name}: ${source}`)
      }
    }
  })

  it('starts three nodes with keys that the server has, each on a volume of its own at the place the image says', () => {
    assert.equal(nodes.length, 3)
    const [, data] = /^ENV PILLION_DATA=(\S+)$/m.exec(dockerfile) ?? []
    for (const [name, { environment = {}, volumes }] of nodes) {
      const config = loadConfig({ env: environment, flags: {} })
      for (const listener of Object.values(config.listeners)) {
        assert.ok(listener.proxyProtocol)
        assert.equal(listener.host, '0.0.0.0')
      }
      assert.deepEqual(volumes, [`${name}:${data}`])
    }
  })

  it('publishes no port of a node, and of HAProxy those of the listeners', () => {
    for (const [, { ports: published }] of nodes) assert.equal(published, undefined)
    const published = compose.services.haproxy?.ports
    assert.deepEqual(
      published?.map((each) => each.split(':').map(Number)),
      [...ports.values()].map((port) => [port, port]),
    )
  })

  it('gives nodes longer to stop than they take to drain', () => {
    for (const [, { environment = {}, stop_grace_period: period = '' }] of nodes) {
      const { drainSeconds } = loadConfig({ env: environment, flags: {} }).shutdown
      assert.ok(drainSeconds > 0 && Number.parseInt(period, 10) > drainSeconds)
    }
  })

  it('tells the command inside a node which server to ask', () => {
    for (const [, { environment = {} }] of nodes)
      assert.equal(environment.PILLION_SERVER, `http://haproxy:${ports.get('http')}`)
  })
})

describe('what Prometheus and Grafana ask for', async () => {
  const pillion = await Pillion.start()
  after(() => pillion.stop())
  const figures = await (await fetch(`${pillion.url}/metrics`)).text()
  const names = new Set([...figures.matchAll(/^# TYPE (\S+) /gm)].map(([, name]) => name))
  const hasFigure = (name: string) => names.has(name) || names.has(name.replace(/_(bucket|count|sum)$/, ''))
  const dashboard = JSON.parse(await readDeployFile('grafana/dashboards/pillion.json')) as {
    panels: { title: string; datasource: { uid: string }; targets: { expr: string }[] }[]
  }

  it('is there: every figure on the dashboard is one that a node has', () => {
    for (const { title, targets } of dashboard.panels)
      for (const { expr } of targets)
        for (const [name] of expr.matchAll(/\b(pillion|process|nodejs)_\w+/g))
          assert.ok(hasFigure(name), `${title}: ${name}`)
  })

  it('is there: every figure that an alert looks at is one that a node has, and says what is the matter', async () => {
    const { rule_files: files } = parse(await readDeployFile('prometheus.yaml')) as { rule_files: string[] }
    assert.deepEqual(files, ['alerts.yaml'])
    const { groups } = parse(await readDeployFile('alerts.yaml')) as {
      groups: { rules: { alert: string; expr: string; annotations: { summary: string } }[] }[]
    }
    for (const { alert, expr, annotations } of groups.flatMap(({ rules }) => rules)) {
      for (const [name] of expr.matchAll(/\b(pillion|process|nodejs)_\w+/g))
        assert.ok(hasFigure(name), `${alert}: ${name}`)
      assert.match(annotations.summary, /\.$/)
    }
  })

  it('asks at ports that HAProxy has, and a data source that is provisioned', async () => {
    const { scrape_configs: jobs } = parse(await readDeployFile('prometheus.yaml')) as {
      scrape_configs: { static_configs: { targets: string[] }[] }[]
    }
    const targets = jobs.flatMap(({ static_configs }) => static_configs.flatMap((each) => each.targets))
    const bound = await readHaproxyPorts()
    assert.equal(targets.length, 4)
    for (const target of targets) assert.ok(bound.includes(Number(target.replace(/^haproxy:/, ''))), target)
    const sources = parse(await readDeployFile('grafana/provisioning/datasources/prometheus.yaml')) as {
      datasources: { uid: string }[]
    }
    for (const { datasource } of dashboard.panels) assert.equal(datasource.uid, sources.datasources[0]?.uid)
  })

  it('answers where health checks ask', async () => {
    for (const path of ['/healthz', '/readyz', '/metrics'])
      assert.equal((await fetch(`${pillion.url}${path}`)).status, 200, path)
    const env = { PILLION_LISTENERS__HTTP__PORT: `${pillion.ports.http}` }
    const { output } = await runProgram(process.execPath, [join(deployFolder, 'health.mjs'), '/readyz'], env)
    assert.equal(output, 'HTTP/1.1 200 OK\n')
  })
})

async function readHaproxyPorts(): Promise<number[]> {
  const text = await readFile(haproxyFile, 'utf8')
  return [...text.matchAll(/^ {2}bind "\$\{BIND-\}:(\d+)"/gm)].map(([, port]) => Number(port))
}

describe('deploy/haproxy.cfg and deploy/nats.conf', () => {
  it('HAProxy takes its file, which has every listener and its port', {
    skip: missing('haproxy'),
  }, async () => {
    const env = { NODE_1: '127.0.0.1', NODE_2: '127.0.0.1', NODE_3: '127.0.0.1' }
    const { exitCode, output } = await runProgram('haproxy', ['-c', '-f', haproxyFile], env)
    assert.equal(exitCode, 0, output)
    assert.doesNotMatch(output, /WARNING|ALERT/)
    const bound = await readHaproxyPorts()
    assert.deepEqual(bound.slice(0, ports.size), [...ports.values()])
    const text = await readFile(haproxyFile, 'utf8')
    for (const [name, port] of ports)
      assert.match(text, new RegExp(`^listen ${name}\\n(?: {2}.*\\n)*? {2}server node-1 .*:${port}" `, 'm'))
  })

  it('the NATS server takes its file, and says which variable is missing', {
    skip: missing('nats-server'),
  }, async () => {
    const file = join(deployFolder, 'nats.conf')
    const environment = compose.services['nats-1']?.environment ?? {}
    const taken = await runProgram('nats-server', ['-t', '-c', file], environment)
    assert.equal(taken.exitCode, 0, taken.output)
    const { NATS_ROUTES: _, ...rest } = environment
    assert.match((await runProgram('nats-server', ['-t', '-c', file], rest)).output, /NATS_ROUTES/)
  })
})

describe('deploy/pillion.service', () => {
  it('is a unit that systemd takes, well hardened', { skip: missing('systemd-analyze') }, async () => {
    const unit = join(temporary, 'pillion.service')
    // Node may be elsewhere on the machine of the tests.
    await writeFile(
      unit,
      (await readDeployFile('pillion.service')).replace('/usr/bin/node', process.execPath),
    )
    assert.deepEqual(await runProgram('systemd-analyze', ['verify', unit]), { exitCode: 0, output: '' })
    // 13 of 100 at the time of writing; what lets it see or change more of the machine shows here.
    const judged = await runProgram('systemd-analyze', ['security', '--offline=true', '--threshold=20', unit])
    assert.equal(judged.exitCode, 0, judged.output)
  })

  it('starts the command that is there, with its data where systemd keeps it', async () => {
    const unit = await readDeployFile('pillion.service')
    const [, program = '', data] =
      /^ExecStart=\S+ \/opt\/pillion\/(\S+) serve --config \S+ --data (\S+)$/m.exec(unit) ?? []
    assert.ok(existsSync(join(deployFolder, '..', program)))
    assert.equal(data, `/var/lib/${/^StateDirectory=(\S+)$/m.exec(unit)?.[1]}`)
  })
})

describe('deploy/kubernetes', { skip: missing('kubectl') }, async () => {
  const manifests = await renderManifests()
  const ofKind = (kind: string) => manifests.filter((each) => each.kind === kind)
  const pods = ofKind('StatefulSet')
  const node = pods.find(({ metadata }) => metadata.name === 'pillion')?.spec as Manifest['spec']
  const container = node.template.spec.containers[0] as Container

  it('is put together by kustomize', async () => {
    const files = await readdir(join(deployFolder, 'kubernetes'))
    const { resources } = parse(await readDeployFile('kustomization.yaml')) as { resources: string[] }
    assert.deepEqual(resources.toSorted(), files.map((file) => `kubernetes/${file}`).sort())
  })

  const loadNodeConfig = async () => {
    const file = join(temporary, 'pillion.yaml')
    const config = ofKind('ConfigMap').find(({ metadata }) => metadata.name === 'pillion')
    await writeFile(file, config?.data?.['pillion.yaml'] ?? '')
    const [secret] = ofKind('Secret')
    const env = container.env.map(({ name, valueFrom }) => [
      name,
      secret?.stringData?.[valueFrom?.secretKeyRef?.key ?? ''],
    ])
    return loadConfig({ file, env: Object.fromEntries(env), flags: {} })
  }

  it('gives the nodes keys that the server has, and longer to stop than they take to drain', async () => {
    const { shutdown, database, relay } = await loadNodeConfig()
    assert.match(database.url, /^postgres:/)
    assert.equal(relay.url.length, 3)
    assert.ok(node.template.spec.terminationGracePeriodSeconds > shutdown.drainSeconds + 5)
    // A service called pillion makes variables that the server would take for mistyped keys.
    const link = { PILLION_PORT: 'tcp://10.0.0.1:8883' }
    assert.throws(() => loadConfig({ env: link, flags: {} }), ConfigError)
    assert.equal(node.template.spec.enableServiceLinks, false)
  })

  it('keeps data on a volume of its own, at a place without a name in it', async () => {
    const { data } = await loadNodeConfig()
    const mount = container.volumeMounts.find(({ mountPath }) => mountPath === data)
    assert.equal(mount?.name, node.volumeClaimTemplates?.[0]?.metadata.name)
    assert.equal(mount?.subPathExpr, undefined)
  })

  it('names only ports, secrets and volumes that are there', () => {
    assert.deepEqual(
      container.ports.map(({ name, containerPort }) => [name, containerPort]),
      [...ports],
    )
    assert.deepEqual(container.readinessProbe.httpGet, { path: '/readyz', port: 'http' })
    assert.deepEqual(container.livenessProbe.httpGet, { path: '/healthz', port: 'http' })
    const secrets = new Map(ofKind('Secret').map(({ metadata, stringData }) => [metadata.name, stringData]))
    const configMaps = ofKind('ConfigMap').map(({ metadata }) => metadata.name)
    for (const { spec } of pods) {
      const { containers, volumes = [] } = spec.template.spec
      for (const { env, volumeMounts } of containers) {
        for (const { secretKeyRef: secret } of env.flatMap(({ valueFrom }) => valueFrom ?? []))
          if (secret !== undefined) assert.ok(secrets.get(secret.name)?.[secret.key], secret.key)
        const there = [
          ...volumes.map(({ name }) => name),
          ...(spec.volumeClaimTemplates ?? []).map(({ metadata }) => metadata.name),
        ]
        for (const { name } of volumeMounts) assert.ok(there.includes(name), name)
      }
      for (const { configMap } of volumes)
        if (configMap !== undefined) assert.ok(configMaps.includes(configMap.name))
    }
  })

  it('selects pods that are there, at ports they name', () => {
    for (const { kind, metadata, spec } of manifests) {
      if (kind !== 'Service' && kind !== 'PodDisruptionBudget') continue
      const selector = kind === 'Service' ? spec.selector : (spec.selector.matchLabels ?? {})
      const selected = pods.filter(({ spec }) =>
        Object.entries(selector).every(([key, value]) => spec.template.metadata.labels[key] === value),
      )
      assert.equal(selected.length, 1, metadata.name)
      const offered = selected[0]?.spec.template.spec.containers[0]?.ports ?? []
      for (const { port, targetPort = port } of spec.ports ?? [])
        assert.ok(
          offered.some((each) => each.name === targetPort || each.containerPort === targetPort),
          `${metadata.name} ${port}`,
        )
    }
    assert.equal(ofKind('PodDisruptionBudget').length, pods.length)
  })
})
