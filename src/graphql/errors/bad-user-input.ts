import { GraphQLError } from 'graphql';

/** What a client can build on besides the code. */
export type BadUserInputDetails = {
  /** Unico's code for the same mistake, where there is one. */
  upstreamCode?: string;
  /** The name of the argument at fault; absent where no single one is. */
  argument?: string;
};

/** A wrong argument (BAD_USER_INPUT). The message says what was expected and what came, without the value. */
export class BadUserInput extends GraphQLError {
  constructor(message: string, details: BadUserInputDetails = {}) {
    super(message, { extensions: { code: 'BAD_USER_INPUT', ...details } });
  }
}
