import { request } from 'undici';
import { OTHER_CORE } from './cores.ts';
import { startProgram, type ServerProcess } from './server-process.ts';

/** What a client requests: GraphQL of the subgraph, or (`bare`) calls of the upstream stub with undici and JSON.parse. */
export type RequestKind =
  /** One process that no client has requested before. */
  | 'unknown-process'
  | 'bare-process'
  /** 200 such processes at a time: in one operation, or in as many calls. */
  | 'unknown-page'
  | 'bare-page'
  /** Ten of the cached processes: a page of a dashboard. */
  | 'known-page';

/** A client in a process of its own. */
export type ClientProcess = Pick<ServerProcess, 'pid' | 'stop'> & {
  /** Sends requests one after the other. Returns the time of each in milliseconds; rejects if a response is incomplete. */
  timeRequests(count: number): Promise<number[]>;
};

/**
 * Starts a client on a core. `url` is the origin that it sends to. `known` is the number of cached processes; only
 * `known-page` needs it.
 */
export async function startClient(
  kind: RequestKind,
  url: string,
  { core = OTHER_CORE, known = 0 } = {},
): Promise<ClientProcess> {
  const program = await startProgram({
    args: ['bench/support/client-program.ts', kind, url, String(known)],
    core,
  });
  return {
    pid: program.pid,
    stop: program.stop,
    async timeRequests(count) {
      // The requests may take minutes, and the client responds only after the last one.
      const { statusCode, body } = await request(`${program.url}/${count}`, { headersTimeout: 0 });
      const text = await body.text();
      if (statusCode !== 200) throw new Error(`${kind}: ${text}`);
      return JSON.parse(text) as number[];
    },
  };
}
