import { statSync, type BigIntStats } from 'node:fs';
import { stat } from 'node:fs/promises';
import { errorCode } from './sqlite-file.ts';

/**
 * What is at the paths of a database and of its write-ahead log: the device and the inode, `null` where there is no
 * file. An open file stays readable when its path is removed or replaced, so only the path tells.
 */
export type FileIdentity = { database: string | null; log: string | null };

function nameOf(stats: BigIntStats | undefined): string | null {
  return stats === undefined ? null : `${stats.dev}:${stats.ino}`;
}

const logOf = (file: string): string => `${file}-wal`;

/** Reads the identity of a file that was just opened. */
export function identityOf(file: string): FileIdentity {
  const options = { bigint: true, throwIfNoEntry: false } as const;
  return { database: nameOf(statSync(file, options)), log: nameOf(statSync(logOf(file), options)) };
}

async function currentName(path: string): Promise<string | null> {
  try {
    return nameOf(await stat(path, { bigint: true }));
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(errorCode(error))) return null;
    throw error;
  }
}

/** The same without waiting on this thread: a disk may not answer. Rejects where the disk reports an error. */
export async function currentIdentity(file: string): Promise<FileIdentity> {
  return { database: await currentName(file), log: await currentName(logOf(file)) };
}
