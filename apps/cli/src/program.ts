import { Command } from 'commander'
import { addAccountAdd } from './commands/account-add.ts'
import { addAccountGrant } from './commands/account-grant.ts'
import { addAccountList } from './commands/account-list.ts'
import { addAccountRemove } from './commands/account-remove.ts'
import { addAccountRotate } from './commands/account-rotate.ts'
import { addAppAdd } from './commands/app-add.ts'
import { addAppCheck } from './commands/app-check.ts'
import { addAppDev } from './commands/app-dev.ts'
import { addAppList } from './commands/app-list.ts'
import { addAppRemove } from './commands/app-remove.ts'
import { addAppSubscribe } from './commands/app-subscribe.ts'
import { addAppSubscribers } from './commands/app-subscribers.ts'
import { addAppUnsubscribe } from './commands/app-unsubscribe.ts'
import { addAppUpdate } from './commands/app-update.ts'
import { addAudit } from './commands/audit.ts'
import { addBackup } from './commands/backup.ts'
import { addBansLift } from './commands/bans-lift.ts'
import { addBansList } from './commands/bans-list.ts'
import { addBench } from './commands/bench.ts'
import { addClientsKick } from './commands/clients-kick.ts'
import { addClientsList } from './commands/clients-list.ts'
import { addClientsShow } from './commands/clients-show.ts'
import { addConfigCheck } from './commands/config-check.ts'
import { addConfigDocs } from './commands/config-docs.ts'
import { addConfigPrint } from './commands/config-print.ts'
import { addDemo } from './commands/demo.ts'
import { addDoctor } from './commands/doctor.ts'
import { addExplain } from './commands/explain.ts'
import { addHelp } from './commands/help.ts'
import { addListen } from './commands/listen.ts'
import { addMailboxEmpty } from './commands/mailbox-empty.ts'
import { addMailboxList } from './commands/mailbox-list.ts'
import { addMigrate } from './commands/migrate.ts'
import { addOperatorAdd } from './commands/operator-add.ts'
import { addOperatorLink } from './commands/operator-link.ts'
import { addOperatorList } from './commands/operator-list.ts'
import { addOperatorRemove } from './commands/operator-remove.ts'
import { addOperatorUpdate } from './commands/operator-update.ts'
import { addPartnerAdd } from './commands/partner-add.ts'
import { addPartnerList } from './commands/partner-list.ts'
import { addPartnerRemove } from './commands/partner-remove.ts'
import { addPartnerRevoke } from './commands/partner-revoke.ts'
import { addPartnerRotate } from './commands/partner-rotate.ts'
import { addPartnerShow } from './commands/partner-show.ts'
import { addPartnerUpdate } from './commands/partner-update.ts'
import { addPushAppAdd } from './commands/push-app-add.ts'
import { addPushAppList } from './commands/push-app-list.ts'
import { addPushAppRemove } from './commands/push-app-remove.ts'
import { addPushAppRotate } from './commands/push-app-rotate.ts'
import { addPushAppUpdate } from './commands/push-app-update.ts'
import { addPushListen } from './commands/push-listen.ts'
import { addPushSend } from './commands/push-send.ts'
import { addRestore } from './commands/restore.ts'
import { addSend } from './commands/send.ts'
import { addServe } from './commands/serve.ts'
import { addStatus } from './commands/status.ts'
import { addTrace } from './commands/trace.ts'
import { addVehicleAdd } from './commands/vehicle-add.ts'
import { addVehicleList } from './commands/vehicle-list.ts'
import { addVehicleRemove } from './commands/vehicle-remove.ts'
import { addVehicleRevoke } from './commands/vehicle-revoke.ts'
import { addVehicleRotate } from './commands/vehicle-rotate.ts'
import { addVehicleSet } from './commands/vehicle-set.ts'
import { addVehicleShow } from './commands/vehicle-show.ts'
import { addVersion } from './commands/version.ts'
import { readVersion } from './read-version.ts'

/** The whole command line: nouns, then verbs. */
export function buildProgram(): Command {
  const program = new Command('pillion')
    .description(
      'Messages to the web apps that ride along in vehicles, and push to users and things, over MQTT.',
    )
    .version(readVersion(), '--version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .helpCommand(false)
    .configureHelp({ subcommandTerm: describeTerm })
    .addHelpText(
      'after',
      `
Start here:
  $ pillion demo          in a checkout of the repository: npx pillion demo

Variables: PILLION_DATA, PILLION_SERVER and PILLION_TOKEN_FILE stand in for
--data, --server and --token-file.
Exit codes: \`pillion help exit-codes\`.`,
    )
  program.commandsGroup('Run:')
  addDemo(program)
  addServe(program)
  addStatus(program)
  addVersion(program)
  addConfigCommands(program)
  program.commandsGroup('Set up:')
  addPartnerCommands(program)
  addVehicleCommands(program)
  addAppCommands(program)
  addPushAppCommands(program)
  addAccountCommands(program)
  addOperatorCommands(program)
  program.commandsGroup('Look after:')
  addClientCommands(program)
  addMailboxCommands(program)
  addBanCommands(program)
  program.commandsGroup('Messages:')
  addSend(program)
  addListen(program)
  addTrace(program)
  addExplain(program)
  addDoctor(program)
  addBench(program)
  addPushCommands(program)
  program.commandsGroup('Data:')
  addAudit(program)
  addBackup(program)
  addRestore(program)
  addMigrate(program)
  program.commandsGroup('More:')
  addHelp(program)
  return program
}

function addConfigCommands(program: Command): void {
  const config = program
    .command('config')
    .helpCommand(false)
    .description('Check the configuration, print what is in force and where it comes from, or its reference.')
  addConfigCheck(config)
  addConfigPrint(config)
  addConfigDocs(config)
}

function addPartnerCommands(program: Command): void {
  const partner = program
    .command('partner')
    .helpCommand(false)
    .description('Add and manage partners: back ends that own apps.')
  addPartnerAdd(partner)
  addPartnerUpdate(partner)
  addPartnerRotate(partner)
  addPartnerRevoke(partner)
  addPartnerRemove(partner)
  addPartnerShow(partner)
  addPartnerList(partner)
}

function addVehicleCommands(program: Command): void {
  const vehicle = program
    .command('vehicle')
    .helpCommand(false)
    .description('Add, set and manage vehicles: their head units sign in by VIN.')
  addVehicleAdd(vehicle)
  addVehicleSet(vehicle)
  addVehicleRotate(vehicle)
  addVehicleRevoke(vehicle)
  addVehicleRemove(vehicle)
  addVehicleShow(vehicle)
  addVehicleList(vehicle)
}

function addAppCommands(program: Command): void {
  const app = program
    .command('app')
    .helpCommand(false)
    .description(
      'Develop, check, add, update and list web apps, and subscribe vehicles to them, or end that.',
    )
  addAppAdd(app)
  addAppUpdate(app)
  addAppRemove(app)
  addAppDev(app)
  addAppCheck(app)
  addAppSubscribe(app)
  addAppUnsubscribe(app)
  addAppSubscribers(app)
  addAppList(app)
}

function addClientCommands(program: Command): void {
  const clients = program
    .command('clients')
    .helpCommand(false)
    .description('See who is connected, and end connections.')
  addClientsList(clients)
  addClientsShow(clients)
  addClientsKick(clients)
}

function addMailboxCommands(program: Command): void {
  const mailbox = program
    .command('mailbox')
    .helpCommand(false)
    .description('See and drop what waits for head units that are away.')
  addMailboxList(mailbox)
  addMailboxEmpty(mailbox)
}

function addBanCommands(program: Command): void {
  const bans = program
    .command('bans')
    .helpCommand(false)
    .description('See who is held back because of wrong passwords, and lift that.')
  addBansList(bans)
  addBansLift(bans)
}

function addPushAppCommands(program: Command): void {
  const pushApp = program
    .command('push-app')
    .helpCommand(false)
    .description('Add and manage push apps: their users and things install themselves and are pushed to.')
  addPushAppAdd(pushApp)
  addPushAppUpdate(pushApp)
  addPushAppRotate(pushApp)
  addPushAppRemove(pushApp)
  addPushAppList(pushApp)
}

function addPushCommands(program: Command): void {
  const push = program
    .command('push')
    .helpCommand(false)
    .description('Push to users, things and topics, and watch what is pushed.')
  addPushSend(push)
  addPushListen(push)
}

function addOperatorCommands(program: Command): void {
  const operator = program
    .command('operator')
    .helpCommand(false)
    .description('Add and manage operators: people who sign in to the console.')
  addOperatorAdd(operator)
  addOperatorUpdate(operator)
  addOperatorLink(operator)
  addOperatorRemove(operator)
  addOperatorList(operator)
}

function addAccountCommands(program: Command): void {
  const account = program
    .command('account')
    .helpCommand(false)
    .description('Add and manage accounts: MQTT clients beside the portal, with topics of their own.')
  addAccountAdd(account)
  addAccountGrant(account)
  addAccountRotate(account)
  addAccountRemove(account)
  addAccountList(account)
}

/** The command with its arguments; its options are for its own help. */
function describeTerm(command: Command): string {
  const args = command.registeredArguments.map((argument) => {
    const name = argument.name() + (argument.variadic ? '...' : '')
    return argument.required ? `<${name}>` : `[${name}]`
  })
  return [command.name(), ...args].join(' ')
}
