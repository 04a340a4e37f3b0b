import { getNamedType, isObjectType, type GraphQLObjectType } from 'graphql';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { AuditEvent } from '../../../../src/observability/log-events.ts';
import { ID } from '../../../support/bodies.ts';
import {
  allowedElsewhere,
  CALLERS,
  entities,
  entityAllowed,
  fieldsOf,
  FULL,
  isPersonal,
  required,
  startScopeServers,
  typeNamed,
  type ScopeServers,
  type TestCaller,
} from '../../../support/scopes.ts';

let servers: ScopeServers;

beforeAll(async () => {
  servers = await startScopeServers();
});
beforeEach(() => {
  servers.upstream.requests.length = 0;
});
afterAll(async () => {
  await servers.close();
});

/** A path from a process to a field: the selections above it, its own, and the names of the fields on the path. */
type FieldPath = { above: string[]; last: string; names: string[] };

/** All paths from a process to its fields; those of the process it was compared with are paths from that one. */
function* pathsFrom(
  type: GraphQLObjectType,
  above: string[] = [],
  passed: string[] = [],
): Generator<FieldPath> {
  for (const field of fieldsOf(type)) {
    const step = field.name + required(field);
    const names = [...passed, `${type.name}.${field.name}`];
    const below = getNamedType(field.type);
    yield { above, last: isObjectType(below) ? `${step} { __typename }` : step, names };
    if (isObjectType(below) && below.name !== 'Process') yield* pathsFrom(below, [...above, step], names);
  }
}

/** A selection below a process that ends with `end`. */
const selectionTo = (above: string[], end: string): string =>
  above.reduceRight((inner, step) => `{ __typename ${step} ${inner} }`, `{ __typename ${end} }`);

/** All paths to personal fields; the fields below a personal field are denied with it. */
const PERSONAL = [...pathsFrom(typeNamed('Process'))]
  .filter(({ names }) => names.findIndex(isPersonal) === names.length - 1)
  .map((path) => ({ ...path, title: path.names.join(' › ') }));

/** The calls that an operation costs on a fresh server, its audit events and its error codes. */
async function costOf(
  caller: TestCaller,
  query: string,
): Promise<{ calls: string[]; audited: AuditEvent[]; codes: string[] }> {
  const subgraph = await servers.startSubgraph();
  servers.upstream.requests.length = 0;
  const { errors } = await servers.askAs(caller, subgraph, query);
  await subgraph.close();
  const codes = [...new Set(errors.map(({ extensions }) => extensions.code))];
  return { calls: servers.upstream.calls().toSorted(), audited: subgraph.audited, codes };
}

const PROCESS_ENTRIES: [string, (selection: string) => string][] = [
  ['a query', (selection) => `{ process(id: "${ID}") ${selection} }`],
  ['a query of a list', (selection) => `{ processes(ids: ["${ID}"]) ${selection} }`],
  ['an entity', entities],
];

describe.each(PERSONAL)('the personal field $title', ({ above, last, names, title }) => {
  const field = names.at(-1) ?? '';
  const passed = names.slice(0, -1);
  const callersWithout = CALLERS.filter(
    (caller) =>
      entityAllowed(caller) &&
      passed.every((name) => allowedElsewhere(name, caller)) &&
      !allowedElsewhere(field, caller),
  );
  test(`a caller without its scope is denied ${title} without a call for it and without an audit event`, async () => {
    expect(callersWithout.length).toBeGreaterThan(0);
    for (const [, operation] of PROCESS_ENTRIES) {
      for (const caller of callersWithout) {
        const without = await costOf(caller, operation(selectionTo(above, '')));
        const denied = await costOf(caller, operation(selectionTo(above, last)));
        expect(denied).toEqual({ ...without, codes: ['FORBIDDEN'] });
        expect(denied.audited).toEqual([]);
      }
    }
  });

  test.each(PROCESS_ENTRIES)(`${title} that %s returns is in the audit log`, async (_, operation) => {
    const { audited } = await costOf(FULL, operation(selectionTo(above, last)));
    expect(audited).toEqual([
      { event: 'personal-read', process: ID, fields: expect.arrayContaining([field]) },
    ]);
  });
});
