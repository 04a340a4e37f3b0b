import {
  Kind,
  isUnionType,
  type ConstDirectiveNode,
  type GraphQLObjectType,
  type GraphQLSchema,
} from 'graphql';
import { countProcesses } from '../resolvers/count-processes.ts';
import { badUserInput } from '../resolvers/bad-user-input.ts';
import { demandScopes } from '../resolvers/denial.ts';
import type { Context } from './context.ts';
import { ENTITY_SCOPES } from './scopes.ts';

/** The names at the top of a set of fields such as `sku variation { id }`. */
function topNames(fieldSet: string): string[] {
  const flat = fieldSet.replaceAll(/\{[^{}]*\}/g, ' ');
  return flat === fieldSet ? (flat.match(/\w+/g) ?? []) : topNames(flat);
}

/** The names that `@key` and `@requires` say. */
function namesIn(directives: readonly ConstDirectiveNode[]): string[] {
  return directives
    .filter(({ name }) => name.value === 'key' || name.value === 'requires')
    .flatMap(({ arguments: given = [] }) => given)
    .flatMap(({ name, value }) =>
      name.value === 'fields' && value.kind === Kind.STRING ? topNames(value.value) : [],
    );
}

/** What a representation of an entity may say: its keys, and what its fields require of other subgraphs. */
function membersOf(entity: GraphQLObjectType): readonly string[] {
  const nodes = [
    ...[entity, ...Object.values(entity.getFields())].map(({ astNode }) => astNode),
    ...entity.extensionASTNodes,
  ];
  return [...new Set(nodes.flatMap((node) => namesIn(node?.directives ?? [])))];
}

/** By the name of the entity. */
type Entities = ReadonlyMap<string, readonly string[]>;

function entitiesOf(schema: GraphQLSchema): Entities {
  const union = schema.getType('_Entity');
  if (!isUnionType(union)) throw new Error('the schema has no entities');
  return new Map(union.getTypes().map((entity) => [entity.name, membersOf(entity)]));
}

/**
 * A representation is of the scalar `_Any`: nothing has looked at it yet. What goes on is made anew and has the known
 * members alone, each to be checked by its resolver: nothing else that came with it, `__proto__` above all, gets further.
 */
function pickKnown(representation: unknown, entities: Entities): object {
  const expected = `expected a representation with a __typename out of ${[...entities.keys()].join(', ')}`;
  if (typeof representation !== 'object' || representation === null || Array.isArray(representation)) {
    throw badUserInput(`${expected}, got ${representation === null ? 'null' : typeof representation}`);
  }
  const given = new Map(Object.entries(representation));
  const typeName: unknown = given.get('__typename');
  const members = typeof typeName === 'string' ? entities.get(typeName) : undefined;
  if (members === undefined)
    throw badUserInput(`${expected}, got ${typeName === undefined ? 'none' : 'another'}`);
  return Object.fromEntries(
    ['__typename', ...members].flatMap((name) => (given.has(name) ? [[name, given.get(name)]] : [])),
  );
}

/**
 * Makes `_entities` resolve each representation by itself. The library's own resolver goes through all of them in one
 * loop and throws at the first that it can not place: the whole list is lost then, and what was already being resolved
 * is left behind with nobody to catch its failure, which ends the process.
 */
export function resolveEntitiesOneByOne(schema: GraphQLSchema): void {
  const field = schema.getQueryType()?.getFields()['_entities'];
  const resolve = field?.resolve;
  if (field === undefined || resolve === undefined) throw new Error('the schema has no _entities to resolve');
  const entities = entitiesOf(schema);
  field.resolve = (
    source,
    { representations }: { representations: readonly unknown[] },
    context: Context,
    info,
  ) => {
    countProcesses(representations.length, context);
    return representations.map(async (representation) => {
      demandScopes(context.caller, ENTITY_SCOPES);
      const known = pickKnown(representation, entities);
      const found: unknown = await resolve(source, { representations: [known] }, context, info);
      return Array.isArray(found) ? found[0] : null;
    });
  };
}
