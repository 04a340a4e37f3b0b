import { execFileSync } from 'node:child_process';
import { cpus } from 'node:os';

/** The core that what is measured runs on, alone. */
export const SUBJECT_CORE = 0;

/** The core of everything else: who asks, and who plays Unico. On a machine of one core it is the same. */
export const OTHER_CORE = Math.min(1, cpus().length - 1);

/** Moves every thread of a process to a core; threads and children that it makes later stay there too. */
export function pinTo(core: number, pid = process.pid): void {
  execFileSync('taskset', ['--all-tasks', '--cpu-list', '--pid', String(core), String(pid)], {
    stdio: 'ignore',
  });
}
