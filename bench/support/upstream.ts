import { request } from 'undici';
import { OTHER_CORE } from './cores.ts';
import { startProgram, type ServerProcess } from './server-process.ts';

/** What plays Unico, on the other core. Every UUID is a finished process of client/v1/process, the documents' sample. */
export type Upstream = ServerProcess & {
  /** How many calls it has had so far. */
  calls(): Promise<number>;
};

/** Starts it; each answer takes `latencyMs`. */
export async function startUpstream({ latencyMs = 0 } = {}): Promise<Upstream> {
  const args = ['bench/support/upstream-server.ts', String(latencyMs)];
  const server = await startProgram({ args, core: OTHER_CORE });
  return {
    ...server,
    calls: async () => Number(await (await request(`${server.url}/calls`)).body.text()),
  };
}
