import { execFileSync } from 'node:child_process';
import { cpus } from 'node:os';

/** The core of the measured process, which runs there alone. */
export const SUBJECT_CORE = 0;

/** The core of everything else: clients and the upstream stub. On a machine with one core both constants are 0. */
export const OTHER_CORE = Math.min(1, cpus().length - 1);

/** Moves every thread of a process to a core; threads and child processes that it creates later stay there too. */
export function pinTo(core: number, pid = process.pid): void {
  execFileSync('taskset', ['--all-tasks', '--cpu-list', '--pid', String(core), String(pid)], {
    stdio: 'ignore',
  });
}
