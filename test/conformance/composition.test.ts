import { buildASTSchema, isInputObjectType, isObjectType, parse, type GraphQLSchema } from 'graphql';
import { beforeAll, describe, expect, test } from 'vitest';
import { serviceSdl } from '../../src/graphql/schema/subgraph-schema.ts';
import { CUSTOMER_SDL } from '../support/customer-subgraph.ts';
import { compose, type Composer } from '../supergraph/compose.ts';

const COMPOSERS: { name: string; composer: Composer }[] = [
  { name: "Apollo's composition", composer: 'apollo' },
  { name: "The Guild's composition", composer: 'guild' },
  { name: "WunderGraph's composition", composer: 'wundergraph' },
];

describe.each(COMPOSERS)('$name', ({ name: composerName, composer }) => {
  let identity: string;
  let composed: GraphQLSchema;

  beforeAll(async () => {
    identity = await serviceSdl();
    const sdl = await compose(composer, { identity, customers: CUSTOMER_SDL });
    // Composed SDL links directives and need not define them.
    composed = buildASTSchema(parse(sdl), { assumeValidSDL: true });
  });

  const fieldsOf = (name: string): string[] => {
    const type = composed.getType(name);
    return isObjectType(type) ? Object.keys(type.getFields()) : [];
  };

  test(`${composerName} composes this subgraph with one that refers to its processes`, () => {
    expect(fieldsOf('Query')).toEqual(expect.arrayContaining(['process', 'processes', 'customer']));
    expect(fieldsOf('Mutation')).toEqual(expect.arrayContaining(['createProcess', 'setProcessDocument']));
    expect(fieldsOf('Customer')).toContain('verification');
    expect(fieldsOf('Process')).toContain('verdict');
  });

  test(`${composerName} preserves @oneOf of the input of a creation`, () => {
    const input = composed.getType('CreateProcessInput');
    expect(isInputObjectType(input) && input.isOneOf).toBe(true);
  });

  test(`${composerName} rejects a subgraph that contradicts this one, and names the field`, async () => {
    const customers = CUSTOMER_SDL.replace(', resolvable: false) { id: ID! }', ') { id: ID! verdict: Int! }');
    await expect(compose(composer, { identity, customers })).rejects.toThrow('verdict');
  });
});
