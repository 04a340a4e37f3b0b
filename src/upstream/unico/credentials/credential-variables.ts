import type { HttpResponse } from '../../http/types.ts';

/** The environment variables that configure the credentials of a request, for the operator who has to correct one. */
export type CredentialVariables = {
  /** Of the access token: `UNICO_ACCESS_TOKEN`, or `UNICO_ACCOUNT` for a service account. */
  token: string;
  /** Of the APIKEY; `null` for a request without one. */
  apiKey: string | null;
};

/** A response, and which variables configure the credentials that were sent. */
export type AuthorizedResponse = HttpResponse & { credentials: CredentialVariables };

/** The variable of the access token of a service account, or of a fixed one. */
export function tokenVariable(credential: object): string {
  return 'accessToken' in credential ? 'UNICO_ACCESS_TOKEN' : 'UNICO_ACCOUNT';
}
