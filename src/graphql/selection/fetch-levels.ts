import type { DocumentContents } from '../../domain/document.ts';
import type { FetchLevel } from '../../domain/fetch-level.ts';
import type { PersonDetails } from '../../domain/person.ts';
import type { JourneyLinks, Process, PartLevel } from '../../domain/process.ts';

/** The level of each field; the compiler requires every property of `Value`. */
type PartFields<Value> = { readonly [Field in keyof Value | (string & {})]: PartLevel };

/** The fields that are read from parts of a process, by type. Every other field is read from its summary. */
export const PART_FIELDS = {
  Process: {
    callbackUri: 'personal',
    userRedirectUrl: 'personal',
    reusableDocuments: 'personal',
    sdkToken: 'sdk-token',
  },
  Person: {
    duiType: 'personal',
    duiValue: 'personal',
    duiValueMasked: 'personal',
    friendlyName: 'personal',
    notificationChannels: 'personal',
  },
  Document: {
    data: 'personal',
    number: 'personal',
    holderName: 'personal',
    cpf: 'personal',
    birthDate: 'personal',
    expiresOn: 'personal',
    category: 'personal',
    signedUrl: 'signed-urls',
    signedUrls: 'signed-urls',
    signedUrlExpiresAt: 'signed-urls',
  },
} as const satisfies {
  Process: PartFields<JourneyLinks & Pick<Process, 'sdkToken'>>;
  Person: PartFields<PersonDetails>;
  Document: PartFields<DocumentContents>;
};

/** The level of a field by `Type.field`; all others have the level `summary`. */
const LEVELS: ReadonlyMap<string, FetchLevel> = new Map<string, FetchLevel>([
  ['Process.id', 'key'],
  ['Process.source', 'source'],
  ...Object.entries(PART_FIELDS).flatMap(([type, fields]) =>
    Object.entries(fields).map(([field, level]): [string, FetchLevel] => [`${type}.${field}`, level]),
  ),
]);

/**
 * How far a process has to be read for a field of it or of a type below it. The fields that lead to the type have
 * levels of their own, which the result does not include.
 */
export function requiredLevel(typeName: string, fieldName: string): FetchLevel {
  return LEVELS.get(`${typeName}.${fieldName}`) ?? 'summary';
}
