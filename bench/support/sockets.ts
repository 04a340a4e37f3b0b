import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** `01` is ESTABLISHED in /proc/net/tcp. */
const ESTABLISHED = '01';

function readLink(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    // The process has closed it since the folder was read.
    return '';
  }
}

/** The inodes of a process's open sockets. */
function socketsOf(pid: number): Set<string> {
  const folder = `/proc/${pid}/fd`;
  const links = readdirSync(folder).map((file) => readLink(`${folder}/${file}`));
  return new Set(links.flatMap((link) => /^socket:\[(\d+)\]$/.exec(link)?.[1] ?? []));
}

/** How many open connections a process has to the port of a URL at this moment. */
export function connectionsTo(url: string, pid: number): number {
  const port = Number(new URL(url).port).toString(16).toUpperCase().padStart(4, '0');
  const sockets = socketsOf(pid);
  const lines = readFileSync('/proc/net/tcp', 'utf8').trim().split('\n').slice(1);
  return lines.filter((line) => {
    const [, , remote = '', state, , , , , , inode = ''] = line.trim().split(/\s+/);
    return remote.endsWith(`:${port}`) && state === ESTABLISHED && sockets.has(inode);
  }).length;
}
