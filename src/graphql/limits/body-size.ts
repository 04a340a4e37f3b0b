import type { ApolloServerPlugin } from '@apollo/server';
import { GraphQLError, Kind, type DocumentNode, type SelectionSetNode } from 'graphql';
import type { Context } from '../context.ts';
import { MAX_PLAIN_BODY_BYTES } from './limits.ts';

/** Whether a selection, its fragments included, has `createProcess`, the only field with images in its arguments. */
function hasCreateProcess(
  { selections }: SelectionSetNode,
  fragments: ReadonlyMap<string, SelectionSetNode>,
): boolean {
  return selections.some((selection) => {
    if (selection.kind === Kind.FIELD) return selection.name.value === 'createProcess';
    const below =
      selection.kind === Kind.INLINE_FRAGMENT ? selection.selectionSet : fragments.get(selection.name.value);
    return below !== undefined && hasCreateProcess(below, fragments);
  });
}

function fragmentsOf({ definitions }: DocumentNode): Map<string, SelectionSetNode> {
  return new Map(
    definitions.flatMap((definition) =>
      definition.kind === Kind.FRAGMENT_DEFINITION ? [[definition.name.value, definition.selectionSet]] : [],
    ),
  );
}

/** Rejects a large body (413 PAYLOAD_TOO_LARGE) of an operation without images, before anything is read or sent. */
export const bodySizeLimit: ApolloServerPlugin<Context> = {
  requestDidStart: async () => ({
    didResolveOperation: async ({ operation, document, contextValue }) => {
      const { bodyBytes } = contextValue;
      if (bodyBytes <= MAX_PLAIN_BODY_BYTES) return;
      if (operation && hasCreateProcess(operation.selectionSet, fragmentsOf(document))) return;
      throw new GraphQLError(
        `expected a body of at most ${MAX_PLAIN_BODY_BYTES} bytes, because only createProcess sends images; got ${bodyBytes}`,
        { extensions: { code: 'PAYLOAD_TOO_LARGE', http: { status: 413 } } },
      );
    },
  }),
};
