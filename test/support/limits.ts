import { randomUUID } from 'node:crypto';
import { expect } from 'vitest';
import { ALL_SCOPES_CALLER, scopesAmong, type Caller } from '../../src/domain/caller.ts';
import { ID } from './bodies.ts';

/** This text so many times, or the text for each number from 0, joined by spaces. */
export const repeat = (count: number, text: string | ((i: number) => string)): string =>
  Array.from({ length: count }, (_, i) => (typeof text === 'string' ? text : text(i))).join(' ');

/** The field that reads the process `ID`, without its selection. */
export const PROCESS = `process(id: "${ID}")`;

/** A caller without the scopes to see personal fields and to create. */
export const READER: Caller = {
  ...ALL_SCOPES_CALLER,
  name: 'reader',
  scopes: scopesAmong(['identity:read']),
};

/** The field of a creation that would be sent and billed, under a key of its own. */
export const creation = (): string =>
  `createProcess(
    idempotencyKey: "${randomUUID()}"
    input: { journey: { flow: "id", purpose: "creditprocess", callbackUri: "/" } }
  )`;

/** What an accepted operation is answered with, whatever its data. */
export const ACCEPTED = { status: 200, errors: [] };

/** What an operation beyond a limit of validation is answered with. */
export function rejected(message: string): object {
  const error = { message, extensions: expect.objectContaining({ code: 'GRAPHQL_VALIDATION_FAILED' }) };
  return { status: 400, data: undefined, errors: expect.arrayContaining([expect.objectContaining(error)]) };
}

/** This many representations of the process `ID`, as the variable of `_entities`. */
export const representations = (count: number): object[] =>
  Array.from({ length: count }, () => ({ __typename: 'Process', id: ID }));
