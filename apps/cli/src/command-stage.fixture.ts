import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import mqtt from 'mqtt'
import { exitCodes } from './exit-codes.ts'
import { type Finished, type Running, runPillion, startPillion } from './run-pillion.ts'

const freePorts = ['--http', '0', '--https', '0', '--mqtt', '0', '--mqtts', '0', '--partners', '0']

/** A server, and the command run beside it: the server is found in ./pillion-data without being named. */
export class CommandStage {
  readonly cwd = mkdtempSync(join(tmpdir(), 'pillion-cli-'))
  server!: Running
  #listeners: { name: string; address: string }[] = []

  static async open(): Promise<CommandStage> {
    const stage = new CommandStage()
    await stage.startServer()
    return stage
  }

  async startServer(): Promise<void> {
    this.server = startPillion(['serve', '--json', ...freePorts], { cwd: this.cwd })
    const [line] = await this.server.printed('stdout', /^\{.*\}\n/)
    this.#listeners = JSON.parse(line).listeners
  }

  async close(): Promise<void> {
    this.server.child.kill('SIGTERM')
    const { exitCode } = await this.server.finished
    assert.equal(exitCode, exitCodes.ok, 'SIGTERM drains and ends with 0')
    assert.ok(!existsSync(join(this.cwd, 'pillion-data/server.json')))
    rmSync(this.cwd, { recursive: true })
  }

  portOf(listener: string): number {
    const address = this.#listeners.find(({ name }) => name === listener)?.address
    return Number(address?.split(':').pop())
  }

  readonly pillion = (...args: string[]): Promise<Finished> => runPillion(args, { cwd: this.cwd })

  /** What it prints with --json; it must succeed. */
  readonly json = async <Value>(...args: string[]): Promise<Value> => {
    const { exitCode, stdout, stderr } = await this.pillion(...args, '--json')
    assert.equal(exitCode, exitCodes.ok, stderr)
    assert.equal(stderr, '')
    return JSON.parse(stdout) as Value
  }

  /** The server refuses: in words, and with its code in --json. */
  readonly assertRefused = async (args: string[], says: RegExp, code: string): Promise<void> => {
    const text = await this.pillion(...args)
    assert.equal(text.exitCode, exitCodes.refused, text.stderr)
    assert.match(text.stderr, says)
    assert.equal(text.stdout, '')
    const { error } = JSON.parse((await this.pillion(...args, '--json')).stderr)
    assert.equal(error.code, code)
  }

  /** As the head unit of a vehicle that was added. */
  async connectHeadUnit(vin: string, password: string): Promise<mqtt.MqttClient> {
    const options = { username: vin, password, reconnectPeriod: 0 }
    const headUnit = await mqtt.connectAsync(`mqtt://127.0.0.1:${this.portOf('mqtt')}`, options)
    await headUnit.subscribeAsync(`psa/OVIPPartners-Dev/to/uid/+/opa/${vin}/#`)
    return headUnit
  }
}
