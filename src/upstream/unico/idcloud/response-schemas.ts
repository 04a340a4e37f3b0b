import { z } from 'zod';
import {
  unknownValue,
  document,
  evidenceInEitherSpelling,
  bool,
  inEitherSpelling,
  object,
  objects,
  ocrData,
  text,
  stringList,
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

const documentWire = document({
  docId: text,
  typified: bool,
  cpfMatch: unknownValue,
  faceMatch: unknownValue,
  validateDoc: unknownValue,
  reusedDoc: bool,
  signedUrl: text,
  doc: object(ocr),
});

const serviceWire = evidenceInEitherSpelling({
  envelopeId: text,
  documentIds: stringList,
  consentGranted: bool,
  documents: objects(documentWire),
});

const personWire = inEitherSpelling(
  z.object({
    duiType: text,
    duiValue: text,
    friendlyName: text,
    notifications: objects(inEitherSpelling(z.object({ notificationChannel: text }))),
  }),
);

/** The results of older payloads, which upstream.md §4.4 says to ignore: others have taken their place. */
const LEGACY_RESULTS = ['trustResult', 'faceWithOtherIdResult', 'frictionlessResult', 'riskLevelResult'];

/** The signals: of any type, because a wrong one must be distinguished from an absent one. */
export const signalsWire = evidenceInEitherSpelling(
  {
    authenticationId: text,
    livenessResult: unknownValue,
    authenticationResult: unknownValue,
    identityFraudstersResult: unknownValue,
    bioTokenEngineResult: unknownValue,
    smartRevalidationResult: unknownValue,
    idAgeResult: unknownValue,
    scoreEngineResult: unknownValue,
    serproResult: object(z.object({ score: unknownValue })),
  },
  LEGACY_RESULTS,
);

/** The configuration of a capture, which a response may echo (upstream.md §4.2): it has switches and no results. */
const ECHOED = ['flowConfig'];

const processWire = evidenceInEitherSpelling(
  {
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
    services: objects(serviceWire),
  },
  ECHOED,
);

/** The response of GET client/v1/process/{id} and of POST client/v1/process. */
export const processResponse = z.object({ process: processWire });

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
