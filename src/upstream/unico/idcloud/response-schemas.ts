import { z } from 'zod';
import {
  unknownValue,
  document,
  bool,
  evidenceList,
  evidenceObjects,
  inEitherSpelling,
  object,
  objects,
  ocrData,
  text,
  stringList,
  withRaw,
} from '../parsing/tolerant-schemas.ts';

/*
 * The bodies of client/v1/process (upstream.md §S0, S3; upstream.md §4.4). Only `process.id` is required: every other
 * field may be absent, null, or of another type than documented. Signals stay raw here; `to-signals.ts` reads them.
 */

const ocr = z.object({
  // GraphQL's Int has 32 bits.
  version: z.int32().nullable().catch(null),
  code: text,
  data: ocrData,
});

const documentWire = document(
  z.object({
    docId: text,
    typified: unknownValue,
    cpfMatch: unknownValue,
    faceMatch: unknownValue,
    validateDoc: unknownValue,
    reusedDoc: unknownValue,
    signedUrl: text,
    doc: object(ocr),
  }),
);

const serviceWire = inEitherSpelling(
  z.object({
    envelopeId: text,
    documentIds: stringList,
    consentGranted: bool,
    documents: evidenceList(documentWire),
  }),
);

const personWire = inEitherSpelling(
  z.object({
    duiType: text,
    duiValue: text,
    friendlyName: text,
    notifications: objects(inEitherSpelling(z.object({ notificationChannel: text }))),
  }),
);

/** The signals: of any type, because a wrong one must be distinguished from an absent one. */
export const signalsWire = inEitherSpelling(
  z.object({
    authenticationId: text,
    livenessResult: unknownValue,
    authenticationResult: unknownValue,
    identityFraudstersResult: unknownValue,
    bioTokenEngineResult: unknownValue,
    smartRevalidationResult: unknownValue,
    idAgeResult: unknownValue,
    scoreEngineResult: unknownValue,
    serproResult: object(z.object({ score: unknownValue })),
  }),
);

/** The score; of any type, like the signals. */
export const scoreWire = inEitherSpelling(z.object({ scoreEnabled: unknownValue, score: unknownValue }));

const processWire = inEitherSpelling(
  z.object({
    id: z.string().min(1),
    flow: text,
    callbackUri: text,
    userRedirectUrl: text,
    state: unknownValue,
    result: unknownValue,
    createdAt: text,
    finishedAt: text,
    expiresAt: text,
    purpose: text,
    clientReference: text,
    useCase: text,
    capacities: stringList,
    token: text,
    person: object(personWire),
    authenticationInfo: unknownValue,
    companyData: object(inEitherSpelling(z.object({ branchId: text, countryCode: text }))),
    bioTokenData: object(inEitherSpelling(z.object({ referenceProcessId: text, authenticationId: text }))),
    services: evidenceObjects(serviceWire),
    /** The process as Unico sent it, to search for evidence that no reader knows. */
    raw: unknownValue,
  }),
);

/** The response of GET client/v1/process/{id} and of POST client/v1/process. */
export const processResponse = z.object({ process: z.preprocess(withRaw, processWire) });

/** The response of POST client/v1/process/{id}/document (upstream.md §S3), with the id and the person only. */
export const documentResponse = z.object({
  process: z.object({ id: z.string().min(1), person: object(personWire) }),
});

/** The process in a response. */
export type ProcessWire = z.infer<typeof processResponse>['process'];
/** The person of a process in a response. */
export type PersonWire = z.infer<typeof personWire>;
/** A service of a process in a response. */
export type ServiceWire = z.infer<typeof serviceWire>;
/** A document of a service in a response. */
export type DocumentWire = z.infer<typeof documentWire>;
/** The `authenticationInfo` of a process in a response. */
export type SignalsWire = z.infer<typeof signalsWire>;
