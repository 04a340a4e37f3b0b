import type { Need } from '../domain/need.ts';

/** What each field of a type needs of a process; a table in the place of a need is that of a nested type. */
export type NeedTable = { readonly [field: string]: Need | NeedTable };

/** What a `Document` is asked for. */
const DOCUMENT: NeedTable = {
  __typename: 'projection',
  id: 'projection',
  code: 'projection',
  version: 'projection',
  typified: 'projection',
  cpfMatch: 'projection',
  faceMatch: 'projection',
  validated: 'projection',
  reused: 'projection',
  signedUrl: 'signed-urls',
  signedUrls: 'signed-urls',
  signedUrlExpiresAt: 'signed-urls',
  data: 'personal',
  number: 'personal',
  holderName: 'personal',
  cpf: 'personal',
  birthDate: 'personal',
  expiresOn: 'personal',
  category: 'personal',
};

/** What a `Service` is asked for. */
const SERVICE: NeedTable = {
  __typename: 'projection',
  envelopeId: 'projection',
  documentIds: 'projection',
  consentGranted: 'projection',
  documents: DOCUMENT,
};

/** What a `Process` is asked for: from nothing, where its key is all, to a call for it alone. */
export const PROCESS_NEEDS: NeedTable = {
  __typename: 'key',
  id: 'key',
  source: 'source',
  state: 'projection',
  verdict: 'projection',
  flow: 'projection',
  purpose: 'projection',
  useCase: 'projection',
  clientReference: 'projection',
  capacities: 'projection',
  createdAt: 'projection',
  finishedAt: 'projection',
  expiresAt: 'projection',
  callbackUri: 'personal',
  userRedirectUrl: 'personal',
  sdkToken: 'sdk-token',
  person: 'personal',
  company: 'projection',
  reference: 'projection',
  services: SERVICE,
  documents: DOCUMENT,
  authenticationId: 'projection',
  reusableDocuments: 'personal',
  upstreamState: 'projection',
};
