import type { Document } from '../../../domain/document.ts';
import { DUI_TYPES, type DuiType, type Person } from '../../../domain/person.ts';
import { parseProcessId, type ProcessId } from '../../../domain/process-id.ts';
import type { Process, ProcessReference, Service } from '../../../domain/process.ts';
import { readTimestamp } from '../parsing/timestamps.ts';
import { readOcrFields } from '../parsing/ocr-fields.ts';
import { signedUrlsExpireAt } from '../parsing/signed-url.ts';
import { readCheck, readPrefixedEnum } from '../parsing/enum-values.ts';
import { readInfo, readSignals, readState } from './to-signals.ts';
import type { DocumentWire, PersonWire, ProcessWire, ServiceWire } from './response-schemas.ts';

const DUI_TYPE_WORDS = new Map<string, DuiType>(DUI_TYPES.map((type) => [type, type]));

/** The person of a process (upstream.md §S0, S3) in our terms. */
export function toPerson(wire: PersonWire): Person {
  return {
    duiType: readPrefixedEnum(wire.duiType, 'DUI_TYPE_', DUI_TYPE_WORDS),
    duiValue: wire.duiValue,
    friendlyName: wire.friendlyName,
    notificationChannels: wire.notifications.flatMap(({ notificationChannel }) => notificationChannel ?? []),
  };
}

function toDocument(wire: DocumentWire, receivedAt: number): Document {
  const signedUrls = wire.signedUrl === null ? [] : [wire.signedUrl];
  const data = wire.doc?.data ?? null;
  return {
    id: wire.docId,
    code: wire.doc?.code ?? null,
    version: wire.doc?.version ?? null,
    typified: wire.typified,
    cpfMatch: readCheck(wire.cpfMatch),
    faceMatch: readCheck(wire.faceMatch),
    validated: readCheck(wire.validateDoc),
    reused: wire.reusedDoc,
    signedUrls,
    signedUrlExpiresAt: signedUrlsExpireAt(signedUrls, receivedAt),
    data,
    ...readOcrFields(wire.doc?.code ?? null, data),
  };
}

function toService(wire: ServiceWire, receivedAt: number): Service {
  return {
    envelopeId: wire.envelopeId,
    documentIds: wire.documentIds,
    consentGranted: wire.consentGranted,
    documents: wire.documents.map((document) => toDocument(document, receivedAt)),
  };
}

function toReference(wire: ProcessWire['bioTokenData']): ProcessReference | null {
  if (wire === null) return null;
  const reference = {
    processId: parseProcessId(wire.referenceProcessId),
    authenticationId: wire.authenticationId,
  };
  return reference.processId === null && reference.authenticationId === null ? null : reference;
}

/**
 * A process of client/v1/process in our terms. `id` is the one that was asked for or created, checked by the caller;
 * `receivedAt` (ms since the epoch) is when the answer came, from which signed addresses live.
 */
export function toProcess(wire: ProcessWire, id: ProcessId, receivedAt: number): Process {
  const info = readInfo(wire.authenticationInfo);
  const services = wire.services.map((service) => toService(service, receivedAt));
  return {
    id,
    source: 'IDCLOUD',
    state: readState(wire.state),
    upstreamState: typeof wire.state === 'string' ? wire.state : null,
    signals: readSignals(wire.result, info),
    flow: wire.flow,
    purpose: wire.purpose,
    useCase: wire.useCase,
    clientReference: wire.clientReference,
    capacities: wire.capacities,
    createdAt: readTimestamp(wire.createdAt),
    finishedAt: readTimestamp(wire.finishedAt),
    expiresAt: readTimestamp(wire.expiresAt),
    callbackUri: wire.callbackUri,
    userRedirectUrl: wire.userRedirectUrl,
    sdkToken: wire.token,
    person: wire.person === null ? null : toPerson(wire.person),
    company: wire.companyData,
    reference: toReference(wire.bioTokenData),
    services,
    documents: services.flatMap((service) => service.documents),
    authenticationId: info === 'UNKNOWN' ? null : (info?.authenticationId ?? null),
  };
}
