import type { ApolloServerPlugin } from '@apollo/server';
import { GraphQLError, isNonNullType, OperationTypeNode, type GraphQLOutputType } from 'graphql';
import type { Context } from '../context.ts';
import { ERROR_COST, MAX_RESPONSE_FIELDS } from './limits.ts';

const MESSAGE = `expected an operation that is answered with at most ${MAX_RESPONSE_FIELDS} fields (an error counts as ${ERROR_COST}), got more: select less, or ask for fewer at a time`;

/** One for all places, with a path of its own, so that graphql-js works nothing out for each of them. */
export const RESPONSE_TOO_LARGE = new GraphQLError(MESSAGE, {
  path: [],
  extensions: { code: 'BAD_USER_INPUT' },
});

/**
 * Runs a resolver as long as something is left of what the operation may be answered: lists within lists under many names
 * make an answer of gigabytes out of a small query. From then on every field is null at once, and the plugin below answers in the
 * place of them all.
 */
export function chargeField<T>(
  type: GraphQLOutputType,
  { responseBudget }: Context,
  resolve: () => T,
): T | null {
  responseBudget.left -= 1;
  if (responseBudget.left < 0) {
    if (isNonNullType(type)) throw RESPONSE_TOO_LARGE;
    return null;
  }
  try {
    const value = resolve();
    if (value instanceof Error) responseBudget.left -= ERROR_COST;
    return value;
  } catch (error) {
    responseBudget.left -= ERROR_COST;
    throw error;
  }
}

/** Refuses what came to more than the budget of a query. A mutation's answer is what has been done, and is told as far as it goes. */
export const responseBudget: ApolloServerPlugin<Context> = {
  requestDidStart: async () => ({
    willSendResponse: async ({ contextValue, response, operation }) => {
      if (contextValue.responseBudget.left >= 0 || operation?.operation !== OperationTypeNode.QUERY) return;
      const error = { message: MESSAGE, extensions: { code: 'BAD_USER_INPUT' } };
      response.body = { kind: 'single', singleResult: { errors: [error] } };
    },
  }),
};
