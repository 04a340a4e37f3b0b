import { unwrapResolverError } from '@apollo/server/errors';
import { GraphQLError, type GraphQLFormattedError, type GraphQLSchema } from 'graphql';
import { UpstreamFailure } from '../../domain/upstream-failure.ts';
import { AccessDenied } from './access-denied.ts';
import { BadUserInput } from './bad-user-input.ts';
import { describeFailure, ERROR_CODES } from './error-codes.ts';
import { createMessageRedactor } from './redact-message.ts';

/** Receives the errors that an operator has to know, with details that the caller does not get. */
export type ErrorObserver = {
  /** A fault of this service. */
  fault(fault: unknown): void;
  /** A call to Unico that got no usable response, or was not sent. */
  failure(failure: UpstreamFailure): void;
};

/** Whether GraphQL or Apollo Server reported a mistake in the request, with a documented code. */
function isRequestError(error: unknown, code: unknown): error is GraphQLError {
  const isDocumented = ERROR_CODES.some((documented) => documented === code);
  return isDocumented && code !== 'INTERNAL_SERVER_ERROR' && error instanceof GraphQLError;
}

/**
 * Whether GraphQL rejected an argument or variable without a code: more wrong variables than it reports, or an argument
 * that it checks only during execution, such as a variable that is null where the argument's default was expected. The
 * caller can correct both.
 */
function isArgumentError(error: unknown): error is GraphQLError {
  return (
    error instanceof GraphQLError &&
    error.extensions['code'] === undefined &&
    (error.path === undefined || error.message.startsWith('Argument "'))
  );
}

/** The argument that a message of GraphQL names: `Argument "ids" of …`. Its name is one of the schema. */
function argumentIn({ message }: GraphQLError): { argument?: string } {
  const [, argument] = /^Argument "(\w+)"/.exec(message) ?? [];
  return argument === undefined ? {} : { argument };
}

/** Turns an error into its entry of `errors`; `formatted` is the entry that Apollo Server would write. */
export type FormatError = (formatted: GraphQLFormattedError, error: unknown) => GraphQLFormattedError;

/**
 * Creates the formatter of all errors. Failures of Unico get their code; deliberate errors of resolvers pass as they
 * are; GraphQL's own errors pass without the values that they quote; everything else becomes INTERNAL_SERVER_ERROR
 * without details.
 */
export function createErrorFormatter(
  schema: GraphQLSchema,
  production: boolean,
  observer: ErrorObserver,
): FormatError {
  const redactMessage = createMessageRedactor(schema, production);
  return (formatted, error) => {
    const original = unwrapResolverError(error);
    const position = {
      ...(formatted.locations && { locations: formatted.locations }),
      ...(formatted.path && { path: formatted.path }),
    };
    if (original instanceof UpstreamFailure) {
      observer.failure(original);
      return { ...describeFailure(original), ...position };
    }
    if (original instanceof BadUserInput || original instanceof AccessDenied) return formatted;
    if (isRequestError(original, formatted.extensions?.['code'])) {
      return { ...formatted, message: redactMessage(original) };
    }
    if (isArgumentError(original)) {
      const extensions = { code: 'BAD_USER_INPUT', ...argumentIn(original) };
      return { message: redactMessage(original), extensions, ...position };
    }
    observer.fault(original);
    return { message: 'Internal server error', extensions: { code: 'INTERNAL_SERVER_ERROR' }, ...position };
  };
}
