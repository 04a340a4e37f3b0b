import { parseArgs } from 'node:util';
import { startApp, type App } from './app.ts';
import { ConfigError, readConfig } from './config/config.ts';
import { describeFault, Logger } from './observability/logger.ts';
import { STANDARD_OUTPUT } from './observability/log-output.ts';
import { StoreIncompatible } from './storage/store.ts';

/** They stop the program in order. A closed terminal sends SIGHUP, and some process managers stop with SIGQUIT. */
const STOP_SIGNALS = ['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGQUIT'] as const;

/**
 * They would end a program that has no listener, or open Node's inspector: of a program that may have billable
 * creations in flight neither is wanted. The start commands have `--disable-sigusr1` too, for the time before this
 * listener.
 */
const IGNORED_SIGNALS = ['SIGUSR1', 'SIGUSR2'] as const;

/** How long the end of the program waits for a reader of the log that has stalled, in milliseconds. */
const LOG_DRAIN_MS = 1_000;

/** Stops the program. It ends by itself, unless lines wait for a reader that does not read. */
async function stopApp(app: App, signal: string): Promise<void> {
  await app.stop(signal);
  if (!(await STANDARD_OUTPUT.drain(LOG_DRAIN_MS))) process.exit(0);
}

/** Reads the command line. Throws `ConfigError` for everything but the one option that there is. */
function acceptsStoreLoss(): boolean {
  try {
    const { values } = parseArgs({ options: { 'accept-store-loss': { type: 'boolean', default: false } } });
    return values['accept-store-loss'];
  } catch {
    throw new ConfigError('The command line is invalid: expected --accept-store-loss or nothing');
  }
}

async function main(): Promise<void> {
  const config = readConfig(process.env);
  const logger = new Logger(config.logLevel);
  // No caller waits for this promise: it is a fault to fix, and no reason to exit.
  process.on('unhandledRejection', (fault) => logger.error(describeFault(fault), 'fault'));
  // The state of the process is unknown after this, so it exits.
  process.on('uncaughtException', (fault) => {
    logger.fatal(describeFault(fault), 'fault');
    void STANDARD_OUTPUT.drain(LOG_DRAIN_MS).then(() => process.exit(1));
  });
  const starting = startApp(config, logger, { acceptsStoreLoss: acceptsStoreLoss() });
  // Installed before the program reports that it listens. A signal during the start stops the program once it has
  // started. A second signal changes nothing: the requests in flight may finish.
  const stop = (signal: NodeJS.Signals): void =>
    void starting.then(
      (app) => stopApp(app, signal),
      () => {},
    );
  for (const signal of STOP_SIGNALS) process.on(signal, stop);
  for (const signal of IGNORED_SIGNALS) {
    process.on(signal, () => logger.info({ event: 'signal-ignored', signal }, 'this signal changes nothing'));
  }
  await starting;
}

try {
  await main();
} catch (error) {
  // The operator reads what is wrong with the configuration, the store, the port or the host.
  const reason = error instanceof Error ? error.message : String(error);
  const isExplained = error instanceof ConfigError || error instanceof StoreIncompatible;
  console.error(isExplained ? reason : `The subgraph cannot start: ${reason}`);
  process.exit(1);
}
