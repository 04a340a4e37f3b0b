import { selfieBase64 } from '../../sandbox/lib/selfie.ts';
import type { Answer, Subgraph } from './subgraph.ts';

export const CREATE = `
  mutation ($key: String!, $input: CreateProcessInput!) {
    createProcess(idempotencyKey: $key, input: $input) {
      process { id source state verdict { decision } }
      replayed
      userErrors { code message field upstreamCode retryable retryAfterSeconds }
    }
  }`;

/** Creates a process with this input, under a key. */
export function createProcess(subgraph: Subgraph, input: object, key = 'a-key'): Promise<Answer> {
  return subgraph.ask(CREATE, { key, input });
}

/** A subject without a problem. */
export const SUBJECT = { code: '12345678909', name: 'Luke Skywalker' };
/** An input of an onboarding and one of a journey, both without a problem. */
export const onboarding = { onboarding: { subject: SUBJECT, imageBase64: selfieBase64() } };
export const journey = { journey: { flow: 'id', purpose: 'creditprocess', callbackUri: '/' } };
