import { readFileSync } from 'node:fs';
import {
  getNamedType,
  isCompositeType,
  isIntrospectionType,
  isObjectType,
  isRequiredArgument,
  Kind,
  parse,
  valueFromASTUntyped,
  type ConstDirectiveNode,
  type GraphQLField,
  type GraphQLObjectType,
} from 'graphql';
import type { AuditEvent } from '../../src/observability/log-events.ts';
import { createSubgraphSchema } from '../../src/graphql/schema/subgraph-schema.ts';
import { SAMPLE } from '../fixtures/s0-get-idcloud-process.ts';
import { SAMPLE as REUSABLE } from '../fixtures/s4-get-reusable-documents.ts';
import { ID, OTHER_ID } from './bodies.ts';
import { startSubgraph, type Answer, type Subgraph, type SubgraphOptions } from './subgraph.ts';
import { authenticationOf, startTokenIssuer, type TokenIssuer } from './token-issuer.ts';
import { unicoOf } from './unico.ts';
import { startUpstream, type Reply, type SeenRequest, type Upstream } from './upstream.ts';

/*
 * The contract is read here from docs/subgraph.graphql, by rules that share no code with the server; the tests compare the
 * running server with it.
 */

export const schema = await createSubgraphSchema();

/** Names that federation reserves. */
const isOfFederation = (name: string): boolean => name.startsWith('_');

export const objectTypes = Object.values(schema.getTypeMap()).filter(
  (type): type is GraphQLObjectType =>
    isObjectType(type) && !isIntrospectionType(type) && !isOfFederation(type.name),
);
export const fieldsOf = (type: GraphQLObjectType): GraphQLField<unknown, unknown>[] =>
  Object.values(type.getFields()).filter(({ name }) => !isOfFederation(name));

/** The contract, docs/subgraph.graphql, as a document. */
export const contract = parse(readFileSync(new URL('../../docs/subgraph.graphql', import.meta.url), 'utf8'));

type Declared = { requires: string[][]; tags: string[] };

function argumentsOf(directives: readonly ConstDirectiveNode[], name: string): unknown[] {
  return directives
    .filter((directive) => directive.name.value === name)
    .flatMap(({ arguments: given = [] }) => given.map(({ value }) => valueFromASTUntyped(value)));
}

/** The directives of each field, by names such as `Person.duiValue`. */
export const declared = new Map<string, Declared>();
for (const definition of contract.definitions) {
  if (definition.kind !== Kind.OBJECT_TYPE_DEFINITION && definition.kind !== Kind.OBJECT_TYPE_EXTENSION)
    continue;
  for (const { name, directives = [] } of definition.fields ?? []) {
    if (isOfFederation(name.value) || isOfFederation(definition.name.value)) continue;
    const [requires] = argumentsOf(directives, 'requiresScopes') as string[][][];
    if (requires === undefined)
      throw new Error(`${definition.name.value}.${name.value} has no @requiresScopes`);
    declared.set(`${definition.name.value}.${name.value}`, {
      requires,
      tags: argumentsOf(directives, 'tag').map(String),
    });
  }
}

function declaredOf(field: string): Declared {
  const directives = declared.get(field);
  if (directives === undefined) throw new Error(`the contract has no field ${field}`);
  return directives;
}

/** A caller with these scopes, or without a token; `code` is that of its errors. */
export type TestCaller = { name: string; scopes: string[]; code: 'FORBIDDEN' | 'UNAUTHENTICATED' };

/** Whether a caller has all scopes of at least one list of the field, which counts for the process in a payload. */
export function allowed(field: string, { scopes }: Pick<TestCaller, 'scopes'>): boolean {
  return declaredOf(field).requires.some((all) => all.every((scope) => scopes.includes(scope)));
}

/**
 * Whether a caller may read a field that is not directly in the process of a payload: lists without `identity:read` are
 * for that process, where a field has another list.
 */
export function allowedElsewhere(field: string, { scopes }: Pick<TestCaller, 'scopes'>): boolean {
  const { requires } = declaredOf(field);
  const reading = requires.filter((all) => all.includes('identity:read'));
  const lists = reading.length > 0 ? reading : requires;
  return lists.some((all) => all.every((scope) => scopes.includes(scope)));
}

/** What an entity requires besides its selection: `_entities` is federation's and has no directive of its own. */
export const entityAllowed = ({ scopes }: Pick<TestCaller, 'scopes'>): boolean =>
  scopes.includes('identity:read');

/** Every scope that the contract names. */
export const SCOPES = [
  ...new Set([...declared.values()].flatMap(({ requires }) => requires.flat())),
].toSorted();
/** Every set of those scopes. */
export const SETS = SCOPES.reduce<string[][]>(
  (sets, scope) => sets.flatMap((set) => [set, [...set, scope]]),
  [[]],
);

/** The caller with every scope. */
export const FULL: TestCaller = { name: 'every scope', scopes: SCOPES, code: 'FORBIDDEN' };
/** A caller with each set of scopes, and one without a token. */
export const CALLERS: TestCaller[] = [
  { name: 'no token', scopes: [], code: 'UNAUTHENTICATED' },
  ...SETS.map((scopes): TestCaller => ({ name: scopes.join(' ') || 'no scope', scopes, code: 'FORBIDDEN' })),
];

/** Arguments of fields below the roots: all are enums with a value to take. */
export function required(field: GraphQLField<unknown, unknown>): string {
  const names = field.args.filter(isRequiredArgument).map(({ name }) => `${name}: BR_CNH`);
  return names.length === 0 ? '' : `(${names.join(', ')})`;
}

/** A selection of every field; of recursive types, two levels. */
function selectionOf(type: GraphQLObjectType, above: readonly string[] = []): string {
  const fields = fieldsOf(type).flatMap((field) => {
    const below = getNamedType(field.type);
    if (!isCompositeType(below)) return [`${field.name}${required(field)}`];
    if (!isObjectType(below)) throw new Error(`${type.name}.${field.name} leads to no object`);
    if (above.filter((name) => name === below.name).length > 1) return [];
    return [`${field.name}${required(field)} ${selectionOf(below, [...above, below.name])}`];
  });
  return `{ ${fields.join(' ')} }`;
}

export function typeNamed(name: string): GraphQLObjectType {
  const type = schema.getType(name);
  if (!isObjectType(type)) throw new Error(`the schema has no ${name}`);
  return type;
}

/** A selection of every field of the type with this name. */
export const allOf = (name: string): string => selectionOf(typeNamed(name), [name]);

/** The input of a creation, as text of a query. */
export const INPUT = '{ journey: { flow: "id", purpose: "creditprocess", callbackUri: "/" } }';
/** A creation that selects every field. */
export const create = (key: string, input = INPUT): string =>
  `mutation { createProcess(idempotencyKey: "${key}", input: ${input}) ${allOf('CreateProcessPayload')} }`;
/** A query of the entity `ID` with this selection. */
export const entities = (selection: string): string =>
  `{ _entities(representations: [{ __typename: "Process", id: "${ID}" }]) { ... on Process ${selection} } }`;

/** S0's sample process, compared with another, so that every field of the schema has a value. */
function answerAsUnico({ method, path }: SeenRequest): Reply {
  if (path.startsWith('/documents/v1')) return { body: REUSABLE };
  if (path.endsWith('/document')) return { body: { process: { id: ID, person: SAMPLE.process.person } } };
  const id = method === 'GET' && path.endsWith(OTHER_ID) ? OTHER_ID : ID;
  const bioTokenData = { ...SAMPLE.process.bioTokenData, referenceProcessId: id === ID ? OTHER_ID : ID };
  return { body: { process: { ...SAMPLE.process, id, bioTokenData } } };
}

/** Whether the contract tags a field, such as `Person.duiValue`, as personal. */
export const isPersonal = (field: string): boolean => declaredOf(field).tags.includes('pii');

export type Path = (string | number)[];
/** Where a field was denied, and with which code. */
export type Denied = { path: Path; code: string };

/** Denied paths with their codes, as sorted text. */
export const byPath = (denied: Denied[]): string[] =>
  denied.map(({ path, code }) => `${path.join('.')}: ${code}`).toSorted();

export type AuditedSubgraph = Subgraph & { audited: AuditEvent[] };

/** A Unico and an issuer of tokens, with which subgraphs start; every subgraph has a store of its own. */
export type ScopeServers = {
  issuer: TokenIssuer;
  upstream: Upstream;
  startSubgraph(): Promise<AuditedSubgraph>;
  /** The same, which compiles queries. */
  startCompilingSubgraph(): Promise<AuditedSubgraph>;
  askAs(caller: TestCaller, subgraph: Subgraph, query: string): Promise<Answer>;
  /** Stops Unico and the issuer. */
  close(): Promise<void>;
};

/** Starts Unico and the issuer of tokens. */
export async function startScopeServers(): Promise<ScopeServers> {
  const issuer = await startTokenIssuer();
  const authenticate = authenticationOf(issuer);
  const upstream = await startUpstream(answerAsUnico);
  async function start(options: SubgraphOptions): Promise<AuditedSubgraph> {
    const audited: AuditEvent[] = [];
    const subgraph = await startSubgraph(unicoOf(upstream), {
      ...options,
      authenticate,
      audited: (_, event) => void audited.push(event),
    });
    return { ...subgraph, audited };
  }
  return {
    issuer,
    upstream,
    startSubgraph: () => start({ schema }),
    startCompilingSubgraph: () => start({}),
    askAs: async ({ code, scopes }, subgraph, query) =>
      subgraph.ask(query, {}, code === 'FORBIDDEN' ? await issuer.bearer(...scopes) : {}),
    async close() {
      await Promise.all([issuer.close(), upstream.close()]);
    },
  };
}
