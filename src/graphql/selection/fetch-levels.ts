import type { FetchLevel } from '../../domain/fetch-level.ts';

/** What the fields of a type need of a process. */
export type FieldLevels = { readonly [field: string]: FetchLevel };

/**
 * What a process has to be asked for, by the type and the field that are selected: from nothing, where its key is all,
 * to a call for it alone. Types that are not here, such as `Verdict`, are made of what the field needs that leads to them.
 */
export const PROCESS_FIELD_LEVELS = {
  Process: {
    __typename: 'key',
    id: 'key',
    source: 'source',
    state: 'summary',
    verdict: 'summary',
    flow: 'summary',
    purpose: 'summary',
    useCase: 'summary',
    clientReference: 'summary',
    capacities: 'summary',
    createdAt: 'summary',
    finishedAt: 'summary',
    expiresAt: 'summary',
    callbackUri: 'personal',
    userRedirectUrl: 'personal',
    sdkToken: 'sdk-token',
    person: 'summary',
    company: 'summary',
    reference: 'summary',
    services: 'summary',
    documents: 'summary',
    authenticationId: 'summary',
    reusableDocuments: 'personal',
    upstreamState: 'summary',
  },
  Person: {
    __typename: 'summary',
    duiType: 'personal',
    duiValue: 'personal',
    duiValueMasked: 'personal',
    friendlyName: 'personal',
    notificationChannels: 'personal',
  },
  Service: {
    __typename: 'summary',
    envelopeId: 'summary',
    documentIds: 'summary',
    consentGranted: 'summary',
    documents: 'summary',
  },
  Document: {
    __typename: 'summary',
    id: 'summary',
    code: 'summary',
    version: 'summary',
    typified: 'summary',
    cpfMatch: 'summary',
    faceMatch: 'summary',
    validated: 'summary',
    reused: 'summary',
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
  },
} as const satisfies { readonly [type: string]: FieldLevels };

const LEVELS_BY_TYPE: ReadonlyMap<string, FieldLevels> = new Map(Object.entries(PROCESS_FIELD_LEVELS));

/** What a field of a type needs of a process, beside what the field needs that leads to it. */
export function requiredLevel(typeName: string, fieldName: string): FetchLevel {
  return LEVELS_BY_TYPE.get(typeName)?.[fieldName] ?? 'key';
}
