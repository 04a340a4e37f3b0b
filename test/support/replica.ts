import { randomBytes } from 'node:crypto';
import { killPrograms, remote, startProgram, urlOf, type Program } from './program.ts';
import { ask, type Answer } from './subgraph.ts';

/** The real program over an upstream that replaces all of Unico: one replica of a deployment. */
export type Replica = {
  program: Program;
  url: string;
  ask(query: string, variables?: Record<string, unknown>): Promise<Answer>;
  /** Sends a query and disconnects after `afterMs`, without waiting for the response. */
  askAndLeave(query: string, afterMs: number, variables?: Record<string, unknown>): Promise<void>;
  /** A value of /metrics, by the start of its line. */
  metric(line: string): Promise<number>;
  /** The log lines of an event. */
  logged(event: string): Record<string, unknown>[];
};

/** One key for all replicas, so that each decrypts what the others have stored. */
const DATA_KEY = randomBytes(32).toString('base64');

/**
 * Starts the program and waits until it listens. `variables` replaces or adds environment variables; `options` are those
 * of the command line.
 */
export async function startReplica(
  upstream: { url: string },
  variables: Record<string, string> = {},
  options: readonly string[] = [],
): Promise<Replica> {
  const environment = {
    DATA_KEY,
    ...remote(upstream),
    UNICO_CONTRACTS: 'idcloud',
    ...variables,
  };
  const program = startProgram(environment, 'node', options);
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
