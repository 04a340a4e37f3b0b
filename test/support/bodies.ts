/** Ids of processes in tests. */
export const ID = '53060f52-f146-4c12-a234-5bb5031f6f5b';
export const OTHER_ID = '80371b2a-3ac7-432e-866d-57fe37896ac6';
export const ABSENT_ID = '00000000-0000-4000-8000-000000000000';

/** The smallest finished process of client/v1/process that is approved. */
export function idcloudBody(id: string = ID, more: Record<string, unknown> = {}): object {
  return {
    process: {
      id,
      state: 'PROCESS_STATE_FINISHED',
      result: 'PROCESS_RESULT_OK',
      authenticationInfo: {
        livenessResult: 'LIVENESS_RESULT_LIVE',
        authenticationResult: 'AUTHENTICATION_RESULT_POSITIVE',
      },
      ...more,
    },
  };
}

/** The smallest finished process of processes/v1 that is approved (upstream.md §5.3, the first real body). */
export function processesV1Body(id: string = ID, more: Record<string, unknown> = {}): object {
  return { id, status: 3, unicoId: { result: 'yes' }, ...more };
}

/** An error body of processes/v1 and documents/v1 (upstream.md §5.5). */
export function apiError(code: string, description = 'a description by Unico'): object {
  return { error: { code, description } };
}
