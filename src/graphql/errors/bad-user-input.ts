import { GraphQLError } from 'graphql';

/** The caller's argument is at fault. The message is ours: what was expected and what came, without its value. */
export class BadUserInput extends GraphQLError {
  constructor(message: string, extensions: { upstreamCode?: string }) {
    super(message, { extensions: { code: 'BAD_USER_INPUT', ...extensions } });
  }
}

/** Makes the error for an argument at fault; `upstreamCode` where Unico has a code for the same. */
export function badUserInput(message: string, extensions: { upstreamCode?: string } = {}): BadUserInput {
  return new BadUserInput(message, extensions);
}
