import type { GraphQLSchema } from 'graphql';
import { badUserInput } from '../resolvers/bad-user-input.ts';
import { MAX_REPRESENTATIONS } from './limits.ts';

/** The entities of this subgraph. */
const ENTITIES = new Set(['Process']);

/** A representation is of the scalar `_Any`: nothing has looked at it yet. */
function checkRepresentation(representation: unknown): void {
  const expected = `expected a representation with a __typename out of ${[...ENTITIES].join(', ')}`;
  if (typeof representation !== 'object' || representation === null || Array.isArray(representation)) {
    throw badUserInput(`${expected}, got ${representation === null ? 'null' : typeof representation}`);
  }
  const typeName = '__typename' in representation ? representation.__typename : undefined;
  if (typeof typeName !== 'string' || !ENTITIES.has(typeName)) {
    throw badUserInput(`${expected}, got ${typeName === undefined ? 'none' : 'another'}`);
  }
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
  field.resolve = (source, { representations }: { representations: readonly unknown[] }, context, info) => {
    if (representations.length > MAX_REPRESENTATIONS) {
      throw badUserInput(
        `expected at most ${MAX_REPRESENTATIONS} representations, got ${representations.length}`,
      );
    }
    return representations.map(async (representation) => {
      checkRepresentation(representation);
      const entities: unknown = await resolve(source, { representations: [representation] }, context, info);
      return Array.isArray(entities) ? entities[0] : null;
    });
  };
}
