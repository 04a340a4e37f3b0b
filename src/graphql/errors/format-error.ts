import { unwrapResolverError } from '@apollo/server/errors';
import { GraphQLError, type GraphQLFormattedError, type GraphQLSchema } from 'graphql';
import { UpstreamFailure } from '../../domain/upstream-failure.ts';
import { BadUserInput } from './bad-user-input.ts';
import { AccessDenied } from './access-denied.ts';
import { describeFailure, ERROR_CODES } from './error-codes.ts';
import { createMessageRedactor } from './redact-message.ts';

/** Told of the errors that an operator has to know of, which is more than the caller is told. */
export type ErrorObserver = {
  /** A fault of ours. */
  fault(fault: unknown): void;
  /** A call to Unico without a usable answer, or that could not be made. */
  failure(failure: UpstreamFailure): void;
};

/** Whether GraphQL or its server said this on purpose, about the request. */
function isAboutTheRequest(error: unknown, code: unknown): error is GraphQLError {
  const known = ERROR_CODES.some((each) => each === code && each !== 'INTERNAL_SERVER_ERROR');
  return known && error instanceof GraphQLError;
}

/**
 * Whether GraphQL refused what was given with the operation, and gave its error no code: more wrong variables than it tells of, or
 * an argument that it looks at only while it runs the operation, as with a variable that is null where its default was
 * counted on. Both are the caller's to mend.
 */
function isAboutAnArgument(error: unknown): error is GraphQLError {
  return (
    error instanceof GraphQLError &&
    error.extensions['code'] === undefined &&
    (error.path === undefined || error.message.startsWith('Argument "'))
  );
}

/** Makes what leaves of an error, out of what Apollo Server makes of it and the error itself. */
export type FormatError = (formatted: GraphQLFormattedError, error: unknown) => GraphQLFormattedError;

/**
 * Makes what leaves of an error. Failures of Unico get their code; deliberate errors of resolvers pass as they are;
 * GraphQL's own pass without the values that they quote; everything else is a fault of ours and says so and no more.
 */
export function createErrorFormatter(
  schema: GraphQLSchema,
  production: boolean,
  observe: ErrorObserver,
): FormatError {
  const redactMessage = createMessageRedactor(schema, production);
  return (formatted, error) => {
    const original = unwrapResolverError(error);
    const where = {
      ...(formatted.locations && { locations: formatted.locations }),
      ...(formatted.path && { path: formatted.path }),
    };
    if (original instanceof UpstreamFailure) {
      observe.failure(original);
      return { ...describeFailure(original), ...where };
    }
    if (original instanceof BadUserInput || original instanceof AccessDenied) return formatted;
    if (isAboutTheRequest(original, formatted.extensions?.['code'])) {
      return { ...formatted, message: redactMessage(original) };
    }
    if (isAboutAnArgument(original)) {
      return { message: redactMessage(original), extensions: { code: 'BAD_USER_INPUT' }, ...where };
    }
    observe.fault(original);
    return { message: 'Internal server error', extensions: { code: 'INTERNAL_SERVER_ERROR' }, ...where };
  };
}
