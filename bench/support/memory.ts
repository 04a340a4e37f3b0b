import { readFileSync, writeFileSync } from 'node:fs';

/** Millions of bytes, as limits of containers are often given. */
const MB = 1_000_000;
/** /proc writes `kB` and means 1,024 bytes. */
const KIB = 1024;

function readMb(pid: number, member: 'VmRSS' | 'VmHWM'): number {
  const found = new RegExp(`^${member}:\\s+(\\d+) kB$`, 'm').exec(
    readFileSync(`/proc/${pid}/status`, 'utf8'),
  );
  if (found === null) throw new Error(`expected ${member} in the status of process ${pid}`);
  return (Number(found[1]) * KIB) / MB;
}

/** The memory that a process has now (its resident set), in MB. */
export function memoryOf(pid: number): number {
  return readMb(pid, 'VmRSS');
}

/** The most memory that a process has had since `forgetPeak`, in MB: the kernel keeps count, so nothing is missed. */
export function peakMemoryOf(pid: number): number {
  return readMb(pid, 'VmHWM');
}

/** Makes what a process has now its peak. (5 is what the kernel's documents give for that.) */
export function forgetPeak(pid: number): void {
  writeFileSync(`/proc/${pid}/clear_refs`, '5');
}

/** Such as `123 MB`. */
export function formatMb(mb: number): string {
  return `${mb.toLocaleString('en-US', { maximumFractionDigits: 0 })} MB`;
}
