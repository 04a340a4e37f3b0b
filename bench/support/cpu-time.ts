import { readdirSync, readFileSync } from 'node:fs';

/** The first number of `schedstat` is in nanoseconds. */
const NS_PER_US = 1000;

/**
 * The CPU time of a process so far, in microseconds, as the kernel's scheduler counts it: of all threads together,
 * because the garbage collector and the compiler have threads of their own and count too. (The kernel forgets threads
 * that have ended; Node's own live as long as the process.)
 */
export function cpuTimeOf(pid: number): number {
  const tasks = `/proc/${pid}/task`;
  const nanoseconds = readdirSync(tasks).map((task) => {
    const [running = ''] = readFileSync(`${tasks}/${task}/schedstat`, 'utf8').split(' ');
    return Number(running);
  });
  return nanoseconds.reduce((sum, one) => sum + one, 0) / NS_PER_US;
}

/** The CPU time of a process per operation, in microseconds, while `work` has it carry out `operations`. */
export async function cpuPerOperation(
  { pid }: { pid: number },
  operations: number,
  work: () => Promise<void>,
): Promise<number> {
  const before = cpuTimeOf(pid);
  await work();
  return (cpuTimeOf(pid) - before) / operations;
}
