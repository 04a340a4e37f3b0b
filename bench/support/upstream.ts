import { request } from 'undici';
import { OTHER_CORE } from './cores.ts';
import { startProgram, type ServerProcess } from './server-process.ts';

/**
 * The upstream stub, which stands in for Unico, on the other core. It responds to every UUID with a finished process of
 * client/v1/process: the sample of Unico's documents.
 */
export type Upstream = ServerProcess & {
  /** How many calls it has received so far. */
  calls(): Promise<number>;
};

/** Starts an upstream stub; each response takes `latencyMs` milliseconds. */
export async function startUpstream({ latencyMs = 0 } = {}): Promise<Upstream> {
  const args = ['bench/support/upstream-server.ts', String(latencyMs)];
  const server = await startProgram({ args, core: OTHER_CORE });
  return {
    ...server,
    calls: async () => Number(await (await request(`${server.url}/calls`)).body.text()),
  };
}
