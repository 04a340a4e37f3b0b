import { GraphQLError } from 'graphql';

/** An argument is wrong (BAD_USER_INPUT). The message says what was expected and what came, without the value. */
export class BadUserInput extends GraphQLError {
  constructor(message: string, extensions: { upstreamCode?: string }) {
    super(message, { extensions: { code: 'BAD_USER_INPUT', ...extensions } });
  }
}

/** Creates the error for a wrong argument; `upstreamCode` where Unico has a code for the same mistake. */
export function badUserInput(message: string, extensions: { upstreamCode?: string } = {}): BadUserInput {
  return new BadUserInput(message, extensions);
}
