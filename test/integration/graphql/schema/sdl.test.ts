import { readFile } from 'node:fs/promises';
import {
  buildASTSchema,
  isEnumType,
  isInputObjectType,
  isIntrospectionType,
  isObjectType,
  isSpecifiedScalarType,
  Kind,
  parse,
  type DirectiveNode,
  type GraphQLNamedType,
  type GraphQLSchema,
} from 'graphql';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startSubgraph, type Subgraph } from '../../../support/subgraph.ts';
import { unicoOf } from '../../../support/unico.ts';

const FILE = new URL('../../../../docs/subgraph.graphql', import.meta.url);

let subgraph: Subgraph;
let sdl: string;
let schema: GraphQLSchema;

beforeAll(async () => {
  // The schema needs no Unico: no server listens at that port.
  subgraph = await startSubgraph(unicoOf({ url: 'http://127.0.0.1:9' }));
  const { data } = await subgraph.ask('{ service: _service { sdl } }');
  sdl = data.service.sdl;
  schema = buildASTSchema(parse(sdl), { assumeValidSDL: true });
});

afterAll(() => subgraph.close());

/** The arguments of each use of a directive on the schema or on a type, such as `{ fields: '"id"' }`. */
function applied(directive: string, nodes: Iterable<{ directives?: readonly DirectiveNode[] }>): object[] {
  return [...nodes]
    .flatMap(({ directives = [] }) => directives)
    .filter(({ name }) => name.value === directive)
    .map(({ arguments: given = [] }) =>
      Object.fromEntries(
        given.map(({ name, value }) => [name.value, value.kind === Kind.STRING ? value.value : value]),
      ),
    );
}

type Described = { name: string; description: string | null | undefined };

/** A type and everything in it that can have a description. */
function* partsOf(type: GraphQLNamedType): Generator<Described> {
  // Every subgraph extends the root types: no single one describes them.
  const isRoot = [schema.getQueryType(), schema.getMutationType()].some((root) => root === type);
  if (!isRoot) yield type;
  const of = ({ name, description }: Described): Described => ({ name: `${type.name}.${name}`, description });
  if (isEnumType(type)) yield* type.getValues().map(of);
  if (isInputObjectType(type)) yield* Object.values(type.getFields()).map(of);
  if (isObjectType(type)) {
    for (const field of Object.values(type.getFields())) {
      if (isOfFederation(field.name)) continue;
      yield of(field);
      yield* field.args.map(({ name, description }) => of({ name: `${field.name}(${name}:)`, description }));
    }
  }
}

/** `_entities`, `_Any`, `federation__Scope`, `link__Import`: names that federation reserves. */
const isOfFederation = (name: string): boolean => name.startsWith('_') || name.includes('__');

test('docs/subgraph.graphql is the SDL that the server returns to gateways', async () => {
  expect(await readFile(FILE, 'utf8')).toBe(sdl);
});

test('the SDL links federation 2.9, the newest version that every composer can read', () => {
  const links = applied('link', schema.extensionASTNodes);
  const federation = links.filter((link) => 'url' in link && String(link.url).includes('/federation/'));
  expect(federation).toMatchObject([{ url: 'https://specs.apollo.dev/federation/v2.9' }]);
});

test('the type Process has two keys: its id, and its id with its source', () => {
  const { astNode } = schema.getType('Process') ?? {};
  expect(applied('key', astNode ? [astNode] : [])).toEqual([{ fields: 'id' }, { fields: 'id source' }]);
});

test('every type, field, argument and enum value of the SDL has a description', () => {
  const parts = Object.values(schema.getTypeMap())
    .filter((type) => !isSpecifiedScalarType(type) && !isIntrospectionType(type))
    .filter(({ name }) => !isOfFederation(name))
    .flatMap((type) => [...partsOf(type)]);
  expect(parts.map(({ name }) => name)).toEqual(
    expect.arrayContaining([
      'Process',
      'Process.verdict',
      'Process.reusableDocuments(type:)',
      'Decision.APPROVED',
      'JourneyInput.flow',
      'Query.processes(ids:)',
    ]),
  );
  const missing = parts.filter(({ description }) => (description ?? '').trim() === '');
  expect(missing.map(({ name }) => name)).toEqual([]);
});
