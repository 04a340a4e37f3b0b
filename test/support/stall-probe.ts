/*
 * Loaded into the program by `--import`. At each SIGUSR2 it prints the longest turn of the event loop since the last one:
 * how long every other request had to wait, in milliseconds of CPU of the main thread. CPU, because a turn on a busy
 * machine takes longer without having done more.
 */

/** How often a turn is measured: at its end, and at most so often, in milliseconds. */
const INTERVAL_MS = 2;

function cpuMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1_000;
}

let longest = 0;
let before = cpuMs();
setInterval(() => {
  const now = cpuMs();
  longest = Math.max(longest, now - before);
  before = now;
}, INTERVAL_MS).unref();

let prints = 0;
process.on('SIGUSR2', () => {
  prints += 1;
  console.log(JSON.stringify({ probe: prints, longest }));
  longest = 0;
});
