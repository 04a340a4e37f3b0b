import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { SUBJECT_CORE } from './cores.ts';

/** A process that carries out operations on request. */
export type WorkerProcess = {
  pid: number;
  /** Resolves after that many operations; rejects if the process ends before. */
  run(operations: number): Promise<void>;
  stop(): Promise<void>;
};

/**
 * Starts `node` with these arguments on the subject's core. The program receives numbers of operations, and responds to
 * each with a message after the last one: see `serveOperations`.
 */
export async function startWorker(args: readonly string[]): Promise<WorkerProcess> {
  const child = spawn('taskset', ['--cpu-list', String(SUBJECT_CORE), process.execPath, ...args], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  // Its channel closes when this process ends, which ends the worker too.
  const ended = once(child, 'exit');
  await once(child, 'spawn');
  const { pid } = child;
  if (pid === undefined) throw new Error('unreachable: a spawned process has an id');
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

/** The worker's side: for each number that it receives, carries out that many operations, `concurrency` at a time. */
export function serveOperations(concurrency: number, operation: (index: number) => Promise<void>): void {
  process.on('message', async (operations: number) => {
    let next = 0;
    const keepWorking = async (): Promise<void> => {
      while (next < operations) await operation(next++);
    };
    await Promise.all(Array.from({ length: concurrency }, keepWorking));
    process.send?.('done');
  });
  process.on('disconnect', () => process.exit());
}
