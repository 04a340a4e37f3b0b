import type { Lane } from '../../domain/call-options.ts';
import { MAX_CONNECTIONS } from '../http/http-client.ts';

/** Requests of one kind share connections. Access tokens are requested from a host of their own. */
export type RequestKind = 'token' | 'mutation' | 'read';

/** How many reads and mutations run at a time. Whether more were sent would be unknown: they would wait in the pool. */
export const MAX_CONCURRENT = MAX_CONNECTIONS;

/**
 * How many of them may be of one kind, so that creations without a response leave connections for reads, and the other way
 * round. A creation takes some 1.7 seconds (upstream.md §2), so 17 connections carry a quota of ten creations a second.
 */
export const MAX_OF_KIND = 24;

/** The kind of the requests of a lane. */
export function kindOf(lane: Lane): RequestKind {
  return lane === 'interactive' || lane === 'page' ? 'read' : lane;
}

/** Counts the requests that run, by kind. */
export class Connections {
  readonly #running: Record<RequestKind, number> = { token: 0, mutation: 0, read: 0 };

  /** Whether a request of this kind may start. */
  hasRoomFor(kind: RequestKind): boolean {
    return kind === 'token' || (this.#running[kind] < MAX_OF_KIND && this.#free > 0);
  }

  /** How many of the waiting requests may start, by how many of each kind wait. */
  roomAmong({ token, mutation, read }: Readonly<Record<RequestKind, number>>): number {
    const mutations = Math.min(mutation, MAX_OF_KIND - this.#running.mutation);
    const reads = Math.min(read, MAX_OF_KIND - this.#running.read);
    return token + Math.min(mutations + reads, this.#free);
  }

  /** Counts a request. Returns a function to call when it has ended. */
  begin(kind: RequestKind): () => void {
    this.#running[kind] += 1;
    return () => void (this.#running[kind] -= 1);
  }

  get #free(): number {
    return MAX_CONCURRENT - this.#running.mutation - this.#running.read;
  }
}
