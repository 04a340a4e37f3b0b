import type { ApolloServerPlugin } from '@apollo/server';
import { GraphQLError, isNonNullType, OperationTypeNode, type GraphQLOutputType } from 'graphql';
import type { Context } from '../context.ts';
import { ERROR_COST, MAX_RESPONSE_FIELDS } from './limits.ts';

const MESSAGE = `expected an operation whose response has at most ${MAX_RESPONSE_FIELDS} fields (an error counts as ${ERROR_COST}), got more: select less, or ask for fewer processes at a time`;

/** One error for all fields. It has a path already, so that graphql-js does not create another error for each field. */
export const RESPONSE_TOO_LARGE = new GraphQLError(MESSAGE, {
  path: [],
  extensions: { code: 'BAD_USER_INPUT' },
});

/**
 * Charges a field to the operation's response budget and resolves it. Lists within lists under many aliases would make
 * a response of gigabytes out of a small query. When the budget is exhausted, every further field is `null` at once,
 * and the plugin below replaces the response.
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

/**
 * Replaces the response of a query that exceeded its budget by one error. The response of a mutation stays: it reports
 * what was done.
 */
export const responseBudget: ApolloServerPlugin<Context> = {
  requestDidStart: async () => ({
    willSendResponse: async ({ contextValue, response, operation }) => {
      if (contextValue.responseBudget.left >= 0 || operation?.operation !== OperationTypeNode.QUERY) return;
      const error = { message: MESSAGE, extensions: { code: 'BAD_USER_INPUT' } };
      response.body = { kind: 'single', singleResult: { errors: [error] } };
    },
  }),
};
