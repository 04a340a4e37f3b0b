import { startReplica, type Replica } from './replica.ts';

/** A replica that can be ended with SIGKILL: it gets no time to write anything down. */
export type Mortal = Replica & { kill(): Promise<void> };

/** Starts replicas of one deployment, which have one store and one Unico. */
export function deployment(
  unico: { url: string },
  storeUrl: string,
  variables: Record<string, string> = {},
): () => Promise<Mortal> {
  return async () => {
    const replica = await startReplica(unico, {
      STORE_URL: storeUrl,
      UNICO_CONTRACTS: 'idcloud,processes-v1',
      UNICO_RATE_LIMIT: '1000',
      ...variables,
    });
    const { program } = replica;
    return {
      ...replica,
      async kill() {
        program.signal('SIGKILL');
        await program.ended;
      },
    };
  };
}
