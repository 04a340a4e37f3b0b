import type { GraphQLSchema } from 'graphql';
import type { UserError } from '../../domain/user-error.ts';
import { codeOf } from '../errors/error-codes.ts';
import { wrapResolvers } from './wrap-resolvers.ts';

/** What the payloads of all mutations have in common; `replayed` is that of a creation alone. */
type Payload = { userErrors: readonly UserError[]; replayed?: boolean };

/** The outcome of a creation, for metrics: several problems of an input count as the first one. */
function outcomeOf({ userErrors: [problem], replayed }: Payload): string {
  if (problem !== undefined) return problem.code;
  return replayed === true ? 'replayed' : 'created';
}

/**
 * Counts how each mutation ends, where the codes of its errors are known: those that are data, the user errors, and
 * those that become entries of `errors`. Changes the schema in place.
 */
export function observeMutations(schema: GraphQLSchema): void {
  const mutations = schema.getMutationType();
  wrapResolvers(schema, ({ type, field, resolve }) => {
    if (type !== mutations) return null;
    const isCreation = field.name === 'createProcess';
    return async (source, args, context, info) => {
      const { mutationLog } = context;
      try {
        const payload = (await resolve(source, args, context, info)) as Payload;
        if (isCreation) mutationLog.creationEnded(outcomeOf(payload));
        for (const { code } of payload.userErrors) mutationLog.userError(field.name, code);
        if (payload.userErrors.length > 0) context.hasUserErrors = true;
        return payload;
      } catch (error) {
        if (isCreation) mutationLog.creationEnded(codeOf(error));
        throw error;
      }
    };
  });
}
