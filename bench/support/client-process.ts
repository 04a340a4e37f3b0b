import { request } from 'undici';
import { OTHER_CORE } from './cores.ts';
import { startProgram, type ServerProcess } from './server-process.ts';

/** What is asked: of the subgraph, or, `bare`, of what plays Unico with undici and JSON.parse alone. */
export type Question =
  /** About one process that nobody has asked about before. */
  | 'unknown-process'
  | 'bare-process'
  /** About 200 of them at a time: in one operation, or in as many calls. */
  | 'unknown-page'
  | 'bare-page'
  /** About ten processes out of those that are kept, which makes the page of a dashboard. */
  | 'known-page';

/** Somebody who asks, in a process of their own. */
export type Asker = Pick<ServerProcess, 'pid' | 'stop'> & {
  /** Asks so many times, one after the other, and tells how long each took, in milliseconds. */
  ask(times: number): Promise<number[]>;
};

/** Starts one that asks at an address; `known` is how many processes are kept, where that is what is asked for. */
export async function startAsker(
  question: Question,
  url: string,
  { core = OTHER_CORE, known = 0 } = {},
): Promise<Asker> {
  const program = await startProgram({
    args: ['bench/support/asker.ts', question, url, String(known)],
    core,
  });
  return {
    pid: program.pid,
    stop: program.stop,
    async ask(times) {
      // Asking may take minutes, and nothing is heard before it is done.
      const { statusCode, body } = await request(`${program.url}/${times}`, { headersTimeout: 0 });
      const text = await body.text();
      if (statusCode !== 200) throw new Error(`${question}: ${text}`);
      return JSON.parse(text) as number[];
    },
  };
}
