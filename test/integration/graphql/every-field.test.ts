import {
  getNamedType,
  isCompositeType,
  isObjectType,
  isRequiredArgument,
  type GraphQLField,
  type GraphQLObjectType,
} from 'graphql';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { IDENTITIES } from '../../../sandbox/identities/index.ts';
import type { Sandbox } from '../../../sandbox/sandbox.ts';
import { createSubgraphSchema } from '../../../src/graphql/schema/subgraph-schema.ts';
import { startUnicoSandbox } from '../../support/sandbox.ts';
import { startSubgraph, type Subgraph } from '../../support/subgraph.ts';

let sandbox: Sandbox;
let subgraph: Subgraph;

beforeAll(async () => {
  const started = await startUnicoSandbox();
  sandbox = started.sandbox;
  subgraph = await startSubgraph(started.unico);
});
afterAll(async () => {
  await subgraph.close();
  await sandbox.close();
});

/** Arguments of fields below the roots: all are enums with a value to take. */
function argumentsOf(field: GraphQLField<unknown, unknown>): string {
  const required = field.args.filter(isRequiredArgument);
  return required.length === 0 ? '' : `(${required.map(({ name }) => `${name}: BR_CNH`).join(', ')})`;
}

/** A selection of every field; a type is not selected again below itself, because types refer to each other. */
function selectAll(type: GraphQLObjectType, above: readonly string[] = []): string {
  const fields = Object.values(type.getFields()).flatMap((field) => {
    const target = getNamedType(field.type);
    if (!isCompositeType(target)) return [field.name + argumentsOf(field)];
    if (!isObjectType(target) || above.includes(target.name)) return [];
    return [`${field.name}${argumentsOf(field)} ${selectAll(target, [...above, type.name])}`];
  });
  return `{ ${fields.join(' ')} }`;
}

test('every field of the schema is answered without an error, for every process of the sandbox that can be read', async () => {
  const processType = (await createSubgraphSchema()).getType('Process');
  if (!isObjectType(processType)) throw new Error('the schema has no Process');
  const query = `query ($id: ID!, $source: ProcessSource!) { process(id: $id, source: $source) ${selectAll(processType)} }`;

  let read = 0;
  for (const { scenario, idcloudProcessId, processesProcessId } of IDENTITIES) {
    if (/^(quota|internal|slow|dropped|html|without-id)/.test(scenario)) continue;
    for (const [source, id] of [
      ['IDCLOUD', idcloudProcessId],
      ['PROCESSES_V1', processesProcessId],
    ]) {
      if (id === null) continue;
      const { data, errors } = await subgraph.ask(query, { id, source });
      expect({ scenario, errors }).toEqual({ scenario, errors: [] });
      expect(data.process).toMatchObject({ id, source, verdict: { policyVersion: 'unico-2026-12' } });
      read += 1;
    }
  }
  expect(read).toBeGreaterThan(80);
});
