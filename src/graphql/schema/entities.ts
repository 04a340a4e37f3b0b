import {
  Kind,
  isUnionType,
  type ConstDirectiveNode,
  type GraphQLObjectType,
  type GraphQLResolveInfo,
  type GraphQLSchema,
} from 'graphql';
import { chargeProcesses } from '../limits/process-count.ts';
import { badUserInput } from '../errors/bad-user-input.ts';
import { requireScopes } from '../errors/access-denied.ts';
import { settleItem } from '../errors/errors-as-values.ts';
import type { Context } from '../context.ts';
import { ENTITY_SCOPES } from './enforce-scopes.ts';

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

/** The resolvers of an entity: here only the one that finds it by a representation counts. */
type EntityResolvers = {
  __resolveReference(representation: object, context: Context, info: GraphQLResolveInfo): unknown;
};

/** By the name of the entity. */
type Resolvers = { readonly [entity: string]: EntityResolvers };

/** An entity: what its representations may say, and what finds it by them. */
type Entity = { name: string; members: readonly string[]; resolvers: EntityResolvers };

function entityOf(type: GraphQLObjectType, resolversOf: Resolvers): Entity {
  const { name } = type;
  const resolvers = resolversOf[name];
  if (resolvers === undefined) throw new Error(`${name}: expected a __resolveReference, got none`);
  return { name, members: membersOf(type), resolvers };
}

/**
 * A representation is of the scalar `_Any`: nothing has looked at it yet. What goes on is made anew and has the known
 * members alone, each to be checked by its resolver: nothing else that came with it, `__proto__` above all, gets further.
 */
function pickKnown(
  representation: unknown,
  entities: ReadonlyMap<string, Entity>,
): { entity: Entity; known: object } {
  const expected = (): string =>
    `expected a representation with a __typename out of ${[...entities.keys()].join(', ')}`;
  if (typeof representation !== 'object' || representation === null || Array.isArray(representation)) {
    throw badUserInput(`${expected()}, got ${representation === null ? 'null' : typeof representation}`);
  }
  const given = representation as Record<string, unknown>;
  const typeName = Object.hasOwn(given, '__typename') ? given['__typename'] : undefined;
  const entity = typeof typeName === 'string' ? entities.get(typeName) : undefined;
  if (entity === undefined)
    throw badUserInput(`${expected()}, got ${typeName === undefined ? 'none' : 'another'}`);
  const known: Record<string, unknown> = { __typename: entity.name };
  for (const member of entity.members) if (Object.hasOwn(given, member)) known[member] = given[member];
  return { entity, known };
}

/**
 * Makes `_entities` resolve each representation by itself, with the `__resolveReference` of its entity. The library's own
 * resolver goes through all of them in one loop and throws at the first that it can not place: the whole list is lost then,
 * and what was already being resolved is left behind with nobody to catch its failure, which ends the process. It also
 * writes on what it gets, which others have too, and waits also for what is known.
 */
export function resolveEntitiesOneByOne(schema: GraphQLSchema, resolversOf: Resolvers): void {
  const field = schema.getQueryType()?.getFields()['_entities'];
  const union = schema.getType('_Entity');
  if (field === undefined || !isUnionType(union)) throw new Error('the schema has no entities');
  const entities = new Map(union.getTypes().map((type) => [type.name, entityOf(type, resolversOf)]));
  /** Which entity an object was found as: there is no room for it on the object itself. */
  const foundAs = new WeakMap<object, string>();

  union.resolveType = (value: object) => foundAs.get(value);
  field.resolve = (
    _,
    { representations }: { representations: readonly unknown[] },
    context: Context,
    info,
  ) => {
    chargeProcesses(representations.length, context);
    const resolveOne = (representation: unknown): unknown => {
      requireScopes(context.caller, ENTITY_SCOPES);
      const { entity, known } = pickKnown(representation, entities);
      const mark = (found: unknown): unknown => {
        if (typeof found === 'object' && found !== null) foundAs.set(found, entity.name);
        return found;
      };
      const found = entity.resolvers.__resolveReference(known, context, info);
      return found instanceof Promise ? found.then(mark) : mark(found);
    };
    return representations.map((representation) => settleItem(() => resolveOne(representation)));
  };
}
