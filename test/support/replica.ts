import { randomBytes } from 'node:crypto';
import { killPrograms, startProgram, urlOf, type Program } from './program.ts';
import { ask, type Answer } from './subgraph.ts';

/** The program over an upstream that plays all of Unico, as one of the replicas of a deployment. */
export type Replica = {
  program: Program;
  url: string;
  ask(query: string, variables?: Record<string, unknown>): Promise<Answer>;
  /** Asks, and goes away after so long without having waited for the answer. */
  askAndLeave(query: string, afterMs: number, variables?: Record<string, unknown>): Promise<void>;
  /** A value of /metrics, by the beginning of its line. */
  metric(line: string): Promise<number>;
  /** The lines of its log that bear this event. */
  logged(event: string): Record<string, unknown>[];
};

/** Replicas unseal what each other keeps. */
const DATA_KEY = randomBytes(32).toString('base64');

export async function startReplica(
  upstream: { url: string },
  variables: Record<string, string> = {},
): Promise<Replica> {
  const program = startProgram({
    DATA_KEY,
    UNICO_ENVIRONMENT: 'uat',
    UNICO_IDCLOUD_URL: upstream.url,
    UNICO_API_URL: upstream.url,
    UNICO_IDENTITY_URL: upstream.url,
    UNICO_ACCESS_TOKEN: 'a-token',
    UNICO_APIKEY_ONBOARDING: 'a-key',
    UNICO_CONTRACTS: 'idcloud',
    ...variables,
  });
  await program.printed('"event":"listening"');
  const url = urlOf(program);
  return {
    program,
    url,
    ask: (query, given) => ask(url, query, given),
    async askAndLeave(query, afterMs, given = {}) {
      await fetch(`${url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ query, variables: given }),
        signal: AbortSignal.timeout(Math.ceil(afterMs)),
      }).catch(() => {});
    },
    async metric(line) {
      const text = await (await fetch(`${url}/metrics`)).text();
      const found = text.split('\n').find((each) => each.startsWith(line));
      if (found === undefined) throw new Error(`no metric ${line}`);
      return Number(found.split(' ').at(-1));
    },
    logged: (event) =>
      program
        .output()
        .split('\n')
        .filter((text) => text.includes(`"event":"${event}"`))
        .map((text) => JSON.parse(text) as Record<string, unknown>),
  };
}

export { killPrograms };
