import { z } from 'zod';
import {
  anything,
  document,
  flag,
  inEitherSpelling,
  object,
  objects,
  ocrData,
  text,
  texts,
} from '../parsing/tolerant-schemas.ts';

/*
 * The bodies of client/v1/process (S0, S3; facts 4.4). Only `process.id` is insisted on: every other member may be
 * absent, null, or of a type that no document promises. Signals are read as they come, see `signals.ts`.
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
    typified: flag,
    cpfMatch: anything,
    faceMatch: anything,
    validateDoc: anything,
    reusedDoc: flag,
    signedUrl: text,
    doc: object(ocr),
  }),
);

const serviceWire = inEitherSpelling(
  z.object({
    envelopeId: text,
    documentIds: texts,
    consentGranted: flag,
    documents: objects(documentWire),
  }),
);

const personWire = z.object({
  duiType: text,
  duiValue: text,
  friendlyName: text,
  notifications: objects(z.object({ notificationChannel: text })),
});

/** Signals: any type, because a wrong one must be told apart from an absent one. */
export const signalsWire = z.object({
  authenticationId: text,
  livenessResult: anything,
  authenticationResult: anything,
  identityFraudstersResult: anything,
  bioTokenEngineResult: anything,
  smartRevalidationResult: anything,
  idAgeResult: anything,
  scoreEngineResult: anything,
  serproResult: object(z.object({ score: anything })),
});

/** The answer of GET client/v1/process/{id} and of POST client/v1/process. */
export const processAnswer = z.object({
  process: z.object({
    id: z.string().min(1),
    flow: text,
    callbackUri: text,
    userRedirectUrl: text,
    state: anything,
    result: anything,
    createdAt: text,
    finishedAt: text,
    expiresAt: text,
    purpose: text,
    clientReference: text,
    useCase: text,
    capacities: texts,
    token: text,
    person: object(personWire),
    authenticationInfo: anything,
    companyData: object(z.object({ branchId: text, countryCode: text })),
    bioTokenData: object(z.object({ referenceProcessId: text, authenticationId: text })),
    services: objects(serviceWire),
  }),
});

/** The answer of POST client/v1/process/{id}/document (S3): the id and the person, nothing else is promised. */
export const documentAnswer = z.object({
  process: z.object({ id: z.string().min(1), person: object(personWire) }),
});

export type ProcessWire = z.infer<typeof processAnswer>['process'];
export type PersonWire = z.infer<typeof personWire>;
export type ServiceWire = z.infer<typeof serviceWire>;
export type DocumentWire = z.infer<typeof documentWire>;
export type SignalsWire = z.infer<typeof signalsWire>;
