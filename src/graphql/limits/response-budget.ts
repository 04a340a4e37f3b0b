import type { ApolloServerPlugin } from '@apollo/server';
import { GraphQLError, isNonNullType, OperationTypeNode, type GraphQLOutputType } from 'graphql';
import type { Context } from '../context.ts';
import { ERROR_COSTS, MAX_ANSWERED } from './limits.ts';

const MESSAGE = `expected an operation that is answered with at most ${MAX_ANSWERED} fields (an error counts as ${ERROR_COSTS}), got more: select less, or ask for fewer at a time`;

/** One for all places, with a path of its own, so that graphql-js works nothing out for each of them. */
export const TOO_MUCH = new GraphQLError(MESSAGE, { path: [], extensions: { code: 'BAD_USER_INPUT' } });

/**
 * Runs a resolver as long as something is left of what the operation may be answered: lists within lists under many names
 * make an answer of gigabytes out of a small query. From then on every field is null at once, and the plugin below answers in the
 * place of them all.
 */
export function withinBudget<T>(type: GraphQLOutputType, { answered }: Context, resolve: () => T): T | null {
  answered.left -= 1;
  if (answered.left < 0) {
    if (isNonNullType(type)) throw TOO_MUCH;
    return null;
  }
  try {
    const value = resolve();
    if (value instanceof Error) answered.left -= ERROR_COSTS;
    return value;
  } catch (error) {
    answered.left -= ERROR_COSTS;
    throw error;
  }
}

/** Refuses what came to more than the budget of a query. A mutation's answer is what has been done, and is told as far as it goes. */
export const budget: ApolloServerPlugin<Context> = {
  requestDidStart: async () => ({
    willSendResponse: async ({ contextValue, response, operation }) => {
      if (contextValue.answered.left >= 0 || operation?.operation !== OperationTypeNode.QUERY) return;
      const error = { message: MESSAGE, extensions: { code: 'BAD_USER_INPUT' } };
      response.body = { kind: 'single', singleResult: { errors: [error] } };
    },
  }),
};
