import { readFile } from 'node:fs/promises';
import {
  buildSchema,
  getNamedType,
  isEnumType,
  isObjectType,
  Kind,
  parse,
  print,
  type ConstDirectiveNode,
  type GraphQLObjectType,
  type GraphQLSchema,
} from 'graphql';
import { beforeAll, describe, expect, test } from 'vitest';
import { serviceSdl } from '../../src/graphql/schema/subgraph-schema.ts';
import { composeView, viewFile } from '../supergraph/compose.ts';

let identity: string;
let partner: string;
let schema: GraphQLSchema;

beforeAll(async () => {
  identity = await serviceSdl();
  partner = await composeView('partner', { identity });
  schema = buildSchema(partner);
});

/** The object types that a query can reach. */
function typesReached(of: GraphQLSchema): GraphQLObjectType[] {
  const query = of.getQueryType();
  const reached = new Set(query ? [query] : []);
  // The iteration of a set includes items that are added meanwhile.
  for (const type of reached) {
    for (const field of Object.values(type.getFields())) {
      const target = getNamedType(field.type);
      if (isObjectType(target)) reached.add(target);
    }
  }
  return [...reached];
}

/** The fields that a query can reach, as `Type.field(argument: Type): Type`. */
function fieldsReached(of: GraphQLSchema): string[] {
  return typesReached(of).flatMap((type) =>
    Object.values(type.getFields()).map(({ name, args, type: answer }) => {
      const given = args.map((argument) => `${argument.name}: ${argument.type}`).join(', ');
      return `${type.name}.${name}${given && `(${given})`}: ${answer}`;
    }),
  );
}

const isTaggedPersonal = ({
  directives = [],
}: {
  readonly directives?: readonly ConstDirectiveNode[];
}): boolean => directives.some((directive) => print(directive) === '@tag(name: "pii")');

/** The fields that are tagged as personal in an SDL, as `Type.field`. */
function personalFields(sdl: string): string[] {
  return parse(sdl).definitions.flatMap((type) => {
    if (type.kind !== Kind.OBJECT_TYPE_DEFINITION) return [];
    const personal = (type.fields ?? []).filter((field) => isTaggedPersonal(type) || isTaggedPersonal(field));
    return personal.map((field) => `${type.name.value}.${field.name.value}`);
  });
}

test('docs/partner.graphql is the view of partners, which `npm run views` writes', async () => {
  expect(await readFile(viewFile('partner'), 'utf8')).toBe(partner);
});

describe('the view of partners', () => {
  test('a partner reaches the state and the decision of a process and no other field', () => {
    // Every partner gets a field that is added here: add one on purpose only.
    expect(fieldsReached(schema)).toEqual([
      'Query.process(id: ID!, source: ProcessSource): Process',
      'Query.processes(ids: [ID!]!): [Process]',
      'Process.id: ID!',
      'Process.source: ProcessSource',
      'Process.state: ProcessState',
      'Process.verdict: Verdict',
      'Process.createdAt: DateTime',
      'Process.finishedAt: DateTime',
      'Process.expiresAt: DateTime',
      'Verdict.decision: Decision!',
      'Verdict.reasons: [VerdictReason!]!',
      'Verdict.confirms: [Confirmation!]!',
      'Verdict.nextStep: NextStep!',
      'Verdict.final: Boolean!',
      'Verdict.policyVersion: String!',
      'Verdict.decidedAt: DateTime',
      'VerdictReason.message(language: Language): String!',
    ]);
  });

  test('a partner reaches no personal field', () => {
    const personal = personalFields(identity);
    expect(personal).toEqual(expect.arrayContaining(['Document.cpf', 'Person.duiValue', 'Process.sdkToken']));
    const reached = new Set(fieldsReached(schema).map((field) => field.split(/[(:]/, 1)[0]));
    expect(personal.filter((name) => reached.has(name))).toEqual([]);
  });

  test('a partner cannot search for a person: all arguments are ids of processes or enums', () => {
    const args = typesReached(schema)
      .flatMap((type) => Object.values(type.getFields()))
      .flatMap((field) => field.args.map(({ name, type }) => ({ name, type: getNamedType(type) })));
    const others = args.filter(({ type }) => !isEnumType(type)).map(({ name, type }) => `${name}: ${type}`);
    expect(others).toEqual(['id: ID', 'ids: ID']);
  });

  test('a partner has no mutation and no subscription', () => {
    expect(schema.getMutationType() ?? schema.getSubscriptionType() ?? null).toBeNull();
  });

  test('a personal field that is tagged for partners stays hidden from them', async () => {
    const tagged = identity.replace('callbackUri: String ', 'callbackUri: String @tag(name: "partner") ');
    expect(tagged).not.toBe(identity);
    expect(await composeView('partner', { identity: tagged })).toBe(partner);
  });

  test('another field that is tagged for partners becomes visible to them', async () => {
    const tagged = identity.replace('upstreamState: String ', 'upstreamState: String @tag(name: "partner") ');
    const seen = fieldsReached(buildSchema(await composeView('partner', { identity: tagged })));
    expect(seen.filter((field) => !fieldsReached(schema).includes(field))).toEqual([
      'Process.upstreamState: String',
    ]);
  });
});
