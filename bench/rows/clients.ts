import { clientOperations, type ClientOperation } from '../../test/fixtures/client-operations.ts';
import type { Effort, Finding, Row } from '../row.ts';
import { cpuPerOperation } from '../support/cpu-time.ts';
import { Load } from '../support/load.ts';
import { processIds } from '../support/process-ids.ts';
import { figuresOf, measureRounds, ratioOf, targetAtMost, type Rounds } from '../support/ratio.ts';
import { startSubgraph } from '../support/server-process.ts';
import { formatSpread, spreadOf } from '../support/statistics.ts';
import { startUpstream } from '../support/upstream.ts';

const PROCESSES = 10;
const MAX_RATIO = 0.5;

/** The name of a client's request that Apollo Server executes. */
const plainOf = (client: string): string => `${client}, plain`;

/**
 * The same request, which the server never compiles: its document has a second operation, which is parsed and validated
 * once and never executed.
 */
function plainBody({ query, operationName, ...body }: ClientOperation['body']): ClientOperation['body'] {
  const [, name] = /^query (\w+)/.exec(query) ?? [];
  return { ...body, operationName: operationName ?? name, query: `${query} query Other { __typename }` };
}

/** Throws where the two requests of a client have different responses. */
async function requireSameResponses(
  { client, body }: ClientOperation,
  compiled: Load,
  plain: Load,
): Promise<void> {
  const expected = await plain.responseTo(JSON.stringify(plainBody(body)));
  const got = await compiled.responseTo(JSON.stringify(body));
  if (got !== expected || !got.startsWith('{"data":{')) {
    throw new Error(`${client}: expected ${expected}, got ${got}`);
  }
}

async function measureClients({ quick }: Effort, operations: readonly ClientOperation[]): Promise<Rounds> {
  const upstream = await startUpstream();
  const server = await startSubgraph({ upstream: upstream.url });
  const loadOf = (body: object): Load => new Load({ url: server.url, bodies: [JSON.stringify(body)] });
  const loads = operations.map((operation) => ({
    operation,
    compiled: loadOf(operation.body),
    plain: loadOf(plainBody(operation.body)),
  }));
  const requests = quick ? 40 : 500;
  try {
    for (const { operation, compiled, plain } of loads) {
      await requireSameResponses(operation, compiled, plain);
      for (const load of [compiled, plain]) await load.drive(quick ? 100 : 3_000);
    }
    const calls = await upstream.calls();
    const subject = (name: string, load: Load): { name: string; measure(): Promise<number> } => ({
      name,
      measure: () => cpuPerOperation(server, requests, () => load.drive(requests)),
    });
    const subjects = loads.flatMap(({ operation: { client }, compiled, plain }) => [
      subject(client, compiled),
      subject(plainOf(client), plain),
    ]);
    const rounds = await measureRounds(subjects, quick ? 3 : 15);
    if ((await upstream.calls()) !== calls) throw new Error('expected known processes to cost no call');
    return rounds;
  } finally {
    for (const load of loads.flatMap(({ compiled, plain }) => [compiled, plain])) await load.close();
    await server.stop();
    await upstream.stop();
  }
}

/** What real clients and gateways send, with their aliases, fragments, conditions and extensions. */
export const clients: Row = {
  name: 'clients',
  title: 'Pages of ten known processes, as clients and gateways send them',
  async measure(effort): Promise<Finding> {
    const operations = clientOperations(processIds(PROCESSES, 0));
    const rounds = await measureClients(effort, operations);
    const names = operations.map(({ client }) => client);
    return {
      how:
        `Each client's own form of an operation for ${PROCESSES} processes (\`test/fixtures/client-operations.ts\`), ` +
        'compiled, and in plain execution: the same request with a second operation in its document, which is never ' +
        'compiled. One server executes all of them in turn. The operations select different fields, so a line is ' +
        'compared with itself only. Median of the rounds (min to max).',
      columns: [
        'client',
        'compiled: CPU per operation, µs',
        'plain: CPU per operation, µs',
        'compiled ÷ plain',
      ],
      lines: names.map((name) => [
        name,
        formatSpread(spreadOf(figuresOf(rounds, name))),
        formatSpread(spreadOf(figuresOf(rounds, plainOf(name)))),
        formatSpread(ratioOf(rounds, name, plainOf(name)), '×'),
      ]),
      targets: names.map((name) =>
        targetAtMost(
          `${name}: CPU per operation`,
          MAX_RATIO,
          'plain execution',
          ratioOf(rounds, name, plainOf(name)),
        ),
      ),
      plots: [],
    };
  },
};
