import {
  Kind,
  isUnionType,
  type ConstDirectiveNode,
  type GraphQLObjectType,
  type GraphQLResolveInfo,
  type GraphQLSchema,
} from 'graphql';
import { isJsonObject } from '../../lib/json-object.ts';
import type { Context } from '../context.ts';
import { requireScopes } from '../errors/access-denied.ts';
import { BadUserInput } from '../errors/bad-user-input.ts';
import { settleItem } from '../errors/errors-as-values.ts';
import { chargeProcesses } from '../limits/process-count.ts';
import { ENTITY_SCOPES } from './enforce-scopes.ts';

/** The argument of `_entities`. */
const REPRESENTATIONS = 'representations';

/** The top-level names of a field set such as `sku variation { id }`. */
function topLevelNames(fieldSet: string): string[] {
  const flat = fieldSet.replaceAll(/\{[^{}]*\}/g, ' ');
  return flat === fieldSet ? (flat.match(/\w+/g) ?? []) : topLevelNames(flat);
}

/** The names in the field sets of `@key` and `@requires`. */
function namesInFieldSets(directives: readonly ConstDirectiveNode[]): string[] {
  return directives
    .filter(({ name }) => name.value === 'key' || name.value === 'requires')
    .flatMap(({ arguments: args = [] }) => args)
    .flatMap(({ name, value }) =>
      name.value === 'fields' && value.kind === Kind.STRING ? topLevelNames(value.value) : [],
    );
}

/** The properties of a representation of an entity: its keys, and what its fields require from other subgraphs. */
function propertiesOf(entity: GraphQLObjectType): readonly string[] {
  const nodes = [
    ...[entity, ...Object.values(entity.getFields())].map(({ astNode }) => astNode),
    ...entity.extensionASTNodes,
  ];
  return [...new Set(nodes.flatMap((node) => namesInFieldSets(node?.directives ?? [])))];
}

/** The resolvers of an entity, as far as they are used here. */
type EntityResolvers = {
  __resolveReference(representation: object, context: Context, info: GraphQLResolveInfo): unknown;
};

/** By the name of the entity. */
type ResolversByEntity = { readonly [entity: string]: EntityResolvers };

type Entity = { name: string; properties: readonly string[]; resolvers: EntityResolvers };

function entityOf(type: GraphQLObjectType, resolversByEntity: ResolversByEntity): Entity {
  const { name } = type;
  const resolvers = resolversByEntity[name];
  if (resolvers === undefined) throw new Error(`${name}: expected a __resolveReference, got none`);
  return { name, properties: propertiesOf(type), resolvers };
}

/**
 * Reads a representation, which is of the scalar `_Any`: nothing has validated it yet. The copy has the known
 * properties alone, each to be checked by its resolver. All other properties, `__proto__` above all, are dropped.
 */
function readRepresentation(
  representation: unknown,
  entities: ReadonlyMap<string, Entity>,
): { entity: Entity; known: object } {
  const refusal = (got: string): BadUserInput => {
    const names = [...entities.keys()].join(', ');
    const message = `expected a representation with a __typename out of ${names}, got ${got}`;
    return new BadUserInput(message, { argument: REPRESENTATIONS });
  };
  if (!isJsonObject(representation)) {
    throw refusal(representation === null ? 'null' : typeof representation);
  }
  const typeName = Object.hasOwn(representation, '__typename') ? representation['__typename'] : undefined;
  const entity = typeof typeName === 'string' ? entities.get(typeName) : undefined;
  if (entity === undefined) {
    throw refusal(typeName === undefined ? 'none' : 'another');
  }
  const known: Record<string, unknown> = { __typename: entity.name };
  for (const name of entity.properties) {
    if (Object.hasOwn(representation, name)) known[name] = representation[name];
  }
  return { entity, known };
}

/**
 * Makes `_entities` resolve each representation by itself, with the `__resolveReference` of its entity. The resolver of
 * `@apollo/subgraph` resolves them in one loop and throws at the first one that it does not know: the whole list is
 * lost, and a failure of those before has no handler, which ends the process. It also writes on the objects that it
 * gets, which other requests share, and awaits values that are not promises.
 */
export function resolveEntitiesIndependently(
  schema: GraphQLSchema,
  resolversByEntity: ResolversByEntity,
): void {
  const field = schema.getQueryType()?.getFields()['_entities'];
  const union = schema.getType('_Entity');
  if (field === undefined || !isUnionType(union)) throw new Error('the schema has no entities');
  const entities = new Map(union.getTypes().map((type) => [type.name, entityOf(type, resolversByEntity)]));
  /** The entity that an object was resolved as. It is not a property of the object, which requests share. */
  const resolvedAs = new WeakMap<object, string>();

  union.resolveType = (value: object) => resolvedAs.get(value);
  field.resolve = (
    _,
    { representations }: { representations: readonly unknown[] },
    context: Context,
    info,
  ) => {
    chargeProcesses(representations.length, context, REPRESENTATIONS);
    const resolveEntity = (representation: unknown): unknown => {
      requireScopes(context.caller, ENTITY_SCOPES);
      const { entity, known } = readRepresentation(representation, entities);
      const recordType = (found: unknown): unknown => {
        if (typeof found === 'object' && found !== null) resolvedAs.set(found, entity.name);
        return found;
      };
      const found = entity.resolvers.__resolveReference(known, context, info);
      return found instanceof Promise ? found.then(recordType) : recordType(found);
    };
    return representations.map((representation) => settleItem(() => resolveEntity(representation)));
  };
}
