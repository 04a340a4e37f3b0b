import { randomUUID } from 'node:crypto';

/** Creates a process. */
export const CREATE = `mutation ($key: String!, $input: CreateProcessInput!) {
  createProcess(idempotencyKey: $key, input: $input) { process { id } userErrors { code } }
}`;

/** The variables of `CREATE` for a journey, with a key of its own. */
export const creation = (): Record<string, unknown> => ({
  key: randomUUID(),
  input: { journey: { flow: 'id', purpose: 'creditprocess', callbackUri: '/' } },
});
