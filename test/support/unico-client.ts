import { onTestFinished } from 'vitest';
import { UpstreamFailure } from '../../src/domain/upstream-failure.ts';
import type { DuiType } from '../../src/domain/person.ts';
import { parseJourneyId, parseProcessId, type ProcessId } from '../../src/domain/process-id.ts';
import type { ErrorFamily } from '../../src/upstream/unico/errors/error-catalogue.ts';
import type { UnicoClient } from '../../src/upstream/unico/client.ts';
import { unicoOf, type TestClientOptions } from './unico.ts';
import { startUpstream, type Reply, type SeenRequest, type Upstream } from './upstream.ts';
import type { CallOptions } from '../../src/domain/call-options.ts';
import { callOptionsOf } from './call-options.ts';

export const ID = processId('53060f52-f146-4c12-a234-5bb5031f6f5b');

export function processId(value: string): ProcessId {
  const id = parseProcessId(value) ?? parseJourneyId(value);
  if (id === null) throw new Error(`expected the id of a process, got ${value}`);
  return id;
}

/** Call options that are never cancelled. */
export const NEVER_CANCELLED = callOptionsOf();

/** Starts an upstream that sends this reply, and creates a client of it; both are closed when the test ends. */
export async function unicoReplying(
  reply: Reply | ((request: SeenRequest) => Reply | Promise<Reply>),
  options: TestClientOptions = {},
): Promise<{ unico: UnicoClient; upstream: Upstream }> {
  const upstream = await startUpstream(typeof reply === 'function' ? reply : () => reply);
  const unico = unicoOf(upstream, options);
  onTestFinished(async () => {
    await unico.close();
    await upstream.close();
  });
  return { unico, upstream };
}

/** The failure that a call ends with. Throws when the call succeeds or fails otherwise. */
export async function failureOf(call: Promise<unknown>): Promise<UpstreamFailure> {
  const end = await call.then(
    () => 'a result',
    (error: unknown) => error,
  );
  if (end instanceof UpstreamFailure) return end;
  throw new Error('expected an UpstreamFailure', { cause: end });
}

/** The details of a failure, without its message. */
export function factsOf(failure: UpstreamFailure): Record<string, unknown> {
  const { kind, status, upstreamCode, refusal, retryAfterSeconds, mayHaveHappened } = failure;
  return { kind, status, upstreamCode, refusal, retryAfterSeconds, mayHaveHappened };
}

export type Call = {
  name: string;
  family: ErrorFamily;
  method: 'GET' | 'POST';
  run: (unico: UnicoClient, callOptions?: CallOptions) => Promise<unknown>;
  /** The body of a valid response. */
  body: object;
};

const CPF: DuiType = 'BR_CPF';

export const GET_IDCLOUD: Call = {
  name: 'GET client/v1/process/{id}',
  family: 'idcloud',
  method: 'GET',
  run: (unico, callOptions = NEVER_CANCELLED) => unico.getProcess('IDCLOUD', ID, callOptions),
  body: { process: { id: ID, state: 'PROCESS_STATE_CREATED' } },
};
export const CREATE_JOURNEY: Call = {
  name: 'POST client/v1/process',
  family: 'idcloud',
  method: 'POST',
  run: (unico, callOptions = NEVER_CANCELLED) =>
    unico.createProcess({ kind: 'journey', flow: 'id', callbackUri: '/' }, callOptions),
  body: { process: { id: ID, state: 'PROCESS_STATE_CREATED' } },
};
export const SET_DOCUMENT: Call = {
  name: 'POST client/v1/process/{id}/document',
  family: 'idcloud',
  method: 'POST',
  run: (unico, callOptions = NEVER_CANCELLED) =>
    unico.setDocument(ID, { duiType: CPF, duiValue: '12345678909' }, callOptions),
  body: { process: { id: ID, person: { duiType: 'DUI_TYPE_BR_CPF', duiValue: '12345678909' } } },
};
export const GET_PROCESSES_V1: Call = {
  name: 'GET processes/v1/{id}',
  family: 'api',
  method: 'GET',
  run: (unico, callOptions = NEVER_CANCELLED) => unico.getProcess('PROCESSES_V1', ID, callOptions),
  body: { id: ID, status: 3 },
};
export const CREATE_CAPTURE: Call = {
  name: 'POST processes/v1',
  family: 'api',
  method: 'POST',
  run: (unico, callOptions = NEVER_CANCELLED) =>
    unico.createProcess(
      { kind: 'onboarding', subject: { code: '12345678909' }, imageBase64: '/9j/4AAQSkZJR' },
      callOptions,
    ),
  body: { id: ID, status: 3 },
};
export const FIND_REUSABLE: Call = {
  name: 'GET documents/v1',
  family: 'api',
  method: 'GET',
  run: (unico, callOptions = NEVER_CANCELLED) =>
    unico.findReusableDocuments({ code: '12345678909', type: 'BR_CNH' }, callOptions),
  body: { items: [] },
};

/** Every call to Unico. */
export const CALLS: readonly Call[] = [
  GET_IDCLOUD,
  CREATE_JOURNEY,
  SET_DOCUMENT,
  GET_PROCESSES_V1,
  CREATE_CAPTURE,
  FIND_REUSABLE,
];
