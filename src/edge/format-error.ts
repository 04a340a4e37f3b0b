import { unwrapResolverError } from '@apollo/server/errors';
import type { GraphQLFormattedError } from 'graphql';
import { GraphQLError } from 'graphql';
import { UpstreamFailure } from '../domain/failure.ts';
import { describeFailure, ERROR_CODES } from './error-codes.ts';
import { withoutValues } from './without-values.ts';

/** Told of every error that is nobody's fault but ours. */
export type FaultObserver = (fault: unknown) => void;

function isKnownCode(code: unknown): boolean {
  return ERROR_CODES.some((known) => known === code);
}

/**
 * Makes what leaves of an error. Failures of Unico get their code; deliberate errors of resolvers and of GraphQL
 * itself pass, without the values that they quote; everything else is a fault of ours and says so and no more.
 */
export function createErrorFormatter(onFault: FaultObserver) {
  return (formatted: GraphQLFormattedError, error: unknown): GraphQLFormattedError => {
    const original = unwrapResolverError(error);
    const where = {
      ...(formatted.locations && { locations: formatted.locations }),
      ...(formatted.path && { path: formatted.path }),
    };
    if (original instanceof UpstreamFailure) return { ...describeFailure(original), ...where };
    if (original instanceof GraphQLError && isKnownCode(formatted.extensions?.['code'])) {
      const deliberate = formatted.extensions?.['code'] !== 'INTERNAL_SERVER_ERROR';
      if (deliberate) return { ...formatted, message: withoutValues(formatted.message) };
    }
    onFault(original);
    return { message: 'Internal server error', extensions: { code: 'INTERNAL_SERVER_ERROR' }, ...where };
  };
}
