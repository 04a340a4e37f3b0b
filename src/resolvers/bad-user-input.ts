import { GraphQLError } from 'graphql';

/** The caller's argument is at fault. The message says what was expected and what came, without personal data. */
export function badUserInput(message: string, extensions: { upstreamCode?: string } = {}): GraphQLError {
  return new GraphQLError(message, { extensions: { code: 'BAD_USER_INPUT', ...extensions } });
}
