import { onTestFinished } from 'vitest';
import { startReplica, type Replica } from './replica.ts';

/** A replica that can be killed with SIGKILL, which leaves it no time to store anything. */
export type KillableReplica = Replica & { kill(): Promise<void> };

/** Returns a function that starts replicas with one store and one upstream; they are killed when the test ends. */
export function deployment(
  unico: { url: string },
  storeUrl: string,
  variables: Record<string, string> = {},
): () => Promise<KillableReplica> {
  return async () => {
    const replica = await startReplica(unico, {
      STORE_URL: storeUrl,
      UNICO_CONTRACTS: 'idcloud,processes-v1',
      UNICO_RATE_LIMIT: '1000',
      ...variables,
    });
    const { program } = replica;
    async function kill(): Promise<void> {
      program.signal('SIGKILL');
      await program.ended;
    }
    onTestFinished(kill);
    return { ...replica, kill };
  };
}
