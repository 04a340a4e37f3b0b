import { readFileSync, writeFileSync } from 'node:fs';

/** Millions of bytes, the usual unit of memory limits of containers. */
const MB = 1_000_000;
/** /proc writes `kB` for 1,024 bytes. */
const KIB = 1024;

function readMb(pid: number, field: 'VmRSS' | 'VmHWM'): number {
  const found = new RegExp(`^${field}:\\s+(\\d+) kB$`, 'm').exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
  if (found === null) throw new Error(`expected ${field} in the status of process ${pid}`);
  return (Number(found[1]) * KIB) / MB;
}

/** The current memory of a process (its resident set), in MB. */
export function memoryOf(pid: number): number {
  return readMb(pid, 'VmRSS');
}

/** The peak memory of a process since `resetPeak`, in MB: the kernel counts it, so no peak is missed. */
export function peakMemoryOf(pid: number): number {
  return readMb(pid, 'VmHWM');
}

/** Sets the peak memory of a process to its current memory. (The kernel's documents give 5 for that.) */
export function resetPeak(pid: number): void {
  writeFileSync(`/proc/${pid}/clear_refs`, '5');
}

/** Formats MB, such as `123 MB`. */
export function formatMb(mb: number): string {
  return `${mb.toLocaleString('en-US', { maximumFractionDigits: 0 })} MB`;
}
