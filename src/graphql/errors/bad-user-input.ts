import { GraphQLError } from 'graphql';

/**
 * A wrong argument (BAD_USER_INPUT). The message says what was expected and what came, without the value;
 * `upstreamCode` is Unico's code for the same mistake, where there is one.
 */
export class BadUserInput extends GraphQLError {
  constructor(message: string, extensions: { upstreamCode?: string } = {}) {
    super(message, { extensions: { code: 'BAD_USER_INPUT', ...extensions } });
  }
}
