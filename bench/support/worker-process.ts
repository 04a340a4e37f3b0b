import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { SUBJECT_CORE } from './cores.ts';

/** A process that carries out operations when it is told to. */
export type WorkerProcess = {
  pid: number;
  /** Resolves when it has carried out so many. */
  run(operations: number): Promise<void>;
  stop(): Promise<void>;
};

/**
 * Starts `node` with these arguments on the core of what is measured. The program is sent numbers of operations, and
 * answers each with a message when they are done: see `serveOperations`.
 */
export async function startWorker(args: readonly string[]): Promise<WorkerProcess> {
  const child = spawn('taskset', ['--cpu-list', String(SUBJECT_CORE), process.execPath, ...args], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  // Its channel closes when this process ends, and it ends then too.
  const ended = once(child, 'exit');
  await once(child, 'spawn');
  const { pid } = child;
  if (pid === undefined) throw new Error('unreachable: what was spawned has an id');
  return {
    pid,
    async run(operations) {
      child.send(operations);
      const done = once(child, 'message').then(() => true);
      if (!(await Promise.race([done, ended.then(() => false)])))
        throw new Error(`${args.join(' ')} has ended`);
    },
    stop: async () => {
      child.kill('SIGTERM');
      await ended;
    },
  };
}

/** The other side: carries out operations, so many at a time, whenever it is told how many. */
export function serveOperations(atATime: number, operation: (index: number) => Promise<void>): void {
  process.on('message', async (operations: number) => {
    let next = 0;
    const keepWorking = async (): Promise<void> => {
      while (next < operations) await operation(next++);
    };
    await Promise.all(Array.from({ length: atATime }, keepWorking));
    process.send?.('done');
  });
  process.on('disconnect', () => process.exit());
}
