import { IDENTITIES } from '../../sandbox/identities/index.ts';
import type { Identity } from '../../sandbox/identities/identity.ts';
import { selfieBase64 } from '../../sandbox/lib/selfie.ts';
import type { SandboxResponse } from './sandbox-client.ts';

/** The process of the sample of upstream.md §S0. */
export const SAMPLE_IDCLOUD_ID = '53060f52-f146-4c12-a234-5bb5031f6f5b';
/** The process of the samples of upstream.md §S1 and §S2. */
export const SAMPLE_PROCESSES_V1_ID = '80371b2a-3ac7-432e-866d-57fe37896ac6';
/** The idcloud process of the approved identity. */
export const APPROVED_IDCLOUD_ID = '1dc10d00-0000-4000-8000-000000000000';
/** No process has this id. */
export const UNKNOWN_ID = '00000000-0000-4000-8000-000000000000';

/** The CPF of the approved identity. */
export const APPROVED_CPF = '12345678909';

/** The error message of an HTTP client whose connection was destroyed. */
export const BROKEN_CONNECTION = /other side closed|ECONNRESET|terminated/;

/** The identity of a scenario. */
export function identityOf(scenario: string): Identity {
  const identity = IDENTITIES.find((row) => row.scenario === scenario);
  if (!identity) throw new Error(`no identity has the scenario ${scenario}`);
  return identity;
}

/** The code of a scenario's identity. */
export const codeOf = (scenario: string): string => identityOf(scenario).code;

/** The seeded idcloud process of a scenario. */
export function idcloudIdOf(scenario: string): string {
  const { idcloudProcessId } = identityOf(scenario);
  if (idcloudProcessId === null) throw new Error(`${scenario} has no idcloud process`);
  return idcloudProcessId;
}

/** The seeded process of a scenario on processes/v1. */
export function processesV1IdOf(scenario: string): string {
  const { processesProcessId } = identityOf(scenario);
  if (processesProcessId === null) throw new Error(`${scenario} has no process on processes/v1`);
  return processesProcessId;
}

/** The onboarding sample of upstream.md §S2 with a real image. */
export function onboardingBody(subject: Record<string, unknown> = {}, rest: Record<string, unknown> = {}) {
  return {
    subject: {
      code: APPROVED_CPF,
      name: 'Luke Skywalker',
      gender: 'M',
      birthDate: '2000-05-20',
      email: 'luke@example.com',
      phone: '5519725570707',
      ...subject,
    },
    useCase: 'Onboarding',
    imageBase64: selfieBase64(),
    ...rest,
  };
}

/** A valid body of POST client/v1/process. */
export function idcloudCreationBody(
  rest: Record<string, unknown> = {},
  person: Record<string, unknown> = {},
) {
  return {
    flow: 'idchecktrust',
    purpose: 'biometryonboarding',
    callbackUri: 'https://example.com/callback',
    person: {
      duiType: 'DUI_TYPE_BR_CPF',
      duiValue: APPROVED_CPF,
      friendlyName: 'Luke Skywalker',
      ...person,
    },
    ...rest,
  };
}

/** Status and JSON body together, to compare a refusal with `idcloudError` and `apiError`. */
export const statusAndJson = ({ status, json }: SandboxResponse): unknown[] => [status, json];

/** The status and the body of a refusal of the idcloud contract, in the gateway's shape (upstream.md §4.6). */
export const idcloudError = (status: number, code: number, message: string): unknown[] => [
  status,
  { code, message, details: [] },
];

/** The refusal of an idcloud process that does not exist (upstream.md §4.6). */
export const IDCLOUD_NOT_FOUND = idcloudError(
  404,
  5,
  'error getting process: rpc error: code = NotFound desc = process not found',
);

/** The status and the body of a refusal of the API contract, in its envelope (upstream.md §5.5). */
export const apiError = (status: number, code: string, description: string): unknown[] => [
  status,
  { error: { code, description } },
];
