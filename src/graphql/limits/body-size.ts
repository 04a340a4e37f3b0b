import type { ApolloServerPlugin } from '@apollo/server';
import { GraphQLError, Kind, type DocumentNode, type SelectionSetNode } from 'graphql';
import type { Context } from '../context.ts';
import { MAX_PLAIN_BODY_BYTES } from './limits.ts';

/** Whether a selection may send images, there or in its fragments: only `createProcess` takes any. */
function maySendImages(
  { selections }: SelectionSetNode,
  fragments: ReadonlyMap<string, SelectionSetNode>,
): boolean {
  return selections.some((selection) => {
    if (selection.kind === Kind.FIELD) return selection.name.value === 'createProcess';
    const below =
      selection.kind === Kind.INLINE_FRAGMENT ? selection.selectionSet : fragments.get(selection.name.value);
    return below !== undefined && maySendImages(below, fragments);
  });
}

function fragmentsOf({ definitions }: DocumentNode): Map<string, SelectionSetNode> {
  return new Map(
    definitions.flatMap((one) =>
      one.kind === Kind.FRAGMENT_DEFINITION ? [[one.name.value, one.selectionSet]] : [],
    ),
  );
}

/** Refuses large bodies of operations that have no use for them, before anything is looked up or sent. */
export const bodySizeLimit: ApolloServerPlugin<Context> = {
  requestDidStart: async () => ({
    didResolveOperation: async ({ operation, document, contextValue }) => {
      const { bodyBytes } = contextValue;
      if (bodyBytes <= MAX_PLAIN_BODY_BYTES) return;
      if (operation && maySendImages(operation.selectionSet, fragmentsOf(document))) return;
      throw new GraphQLError(
        `expected a body of at most ${MAX_PLAIN_BODY_BYTES} bytes, because only createProcess sends images; got ${bodyBytes}`,
        { extensions: { code: 'PAYLOAD_TOO_LARGE', http: { status: 413 } } },
      );
    },
  }),
};
