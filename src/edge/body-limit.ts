import type { ApolloServerPlugin } from '@apollo/server';
import { GraphQLError, Kind, type OperationDefinitionNode } from 'graphql';
import type { Context } from './context.ts';
import { MAX_PLAIN_BODY_BYTES } from './limits.ts';

/** Whether an operation may send images: only `createProcess` takes any. */
function maySendImages({ selectionSet }: OperationDefinitionNode): boolean {
  return selectionSet.selections.some(
    (field) => field.kind === Kind.FIELD && field.name.value === 'createProcess',
  );
}

/** Refuses large bodies of operations that have no use for them, before anything is looked up or sent. */
export const bodyLimit: ApolloServerPlugin<Context> = {
  requestDidStart: async () => ({
    didResolveOperation: async ({ operation, contextValue }) => {
      const { bodyBytes } = contextValue;
      if (bodyBytes <= MAX_PLAIN_BODY_BYTES || (operation !== undefined && maySendImages(operation))) return;
      throw new GraphQLError(
        `expected a body of at most ${MAX_PLAIN_BODY_BYTES} bytes, because only createProcess sends images; got ${bodyBytes}`,
        { extensions: { code: 'PAYLOAD_TOO_LARGE', http: { status: 413 } } },
      );
    },
  }),
};
