import type { Document } from '../../../domain/document.ts';
import { DUI_TYPES, type DuiType, type Person } from '../../../domain/person.ts';
import { parseProcessId, type ProcessId } from '../../../domain/process-id.ts';
import type { Process, ProcessReference, Service } from '../../../domain/process.ts';
import { toDocumentContents, toSignedFiles } from '../parsing/document-parts.ts';
import { readCheck, readPrefixedEnum, readTimestamp } from '../parsing/read-values.ts';
import { hasUnknownEvidence } from '../parsing/unknown-evidence.ts';
import { IDCLOUD_SHAPE } from './known-shape.ts';
import { readInfo, readSignals, readState } from './to-signals.ts';
import type { DocumentWire, PersonWire, ProcessWire, ServiceWire } from './response-schemas.ts';

const DUI_TYPES_BY_NAME = new Map<string, DuiType>(DUI_TYPES.map((type) => [type, type]));

/** The person of a process of client/v1/process (upstream.md §S0, §S3) as a domain object. */
export function toPerson(wire: PersonWire): Person {
  const notificationChannels = wire.notifications.flatMap(
    ({ notificationChannel }) => notificationChannel ?? [],
  );
  const duiType = readPrefixedEnum(wire.duiType, 'DUI_TYPE_', DUI_TYPES_BY_NAME);
  const { duiValue, friendlyName } = wire;
  return { details: { duiType, duiValue, friendlyName, notificationChannels } };
}

function toDocument(wire: DocumentWire, receivedAt: number): Document {
  const code = wire.doc?.code ?? null;
  return {
    id: wire.docId,
    code,
    version: wire.doc?.version ?? null,
    typified: readCheck(wire.typified),
    cpfMatch: readCheck(wire.cpfMatch),
    faceMatch: readCheck(wire.faceMatch),
    validated: readCheck(wire.validateDoc),
    reused: readCheck(wire.reusedDoc),
    contents: toDocumentContents(code, wire.doc?.data ?? null),
    files: toSignedFiles(wire.signedUrl === null ? [] : [wire.signedUrl], receivedAt),
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
  const { referenceProcessId, authenticationId } = wire;
  if (referenceProcessId === null && authenticationId === null) return null;
  return { processId: parseProcessId(referenceProcessId) ?? referenceProcessId, authenticationId };
}

/**
 * A process of client/v1/process as a domain object. `id` is the requested or created id, which the caller has
 * compared; `receivedAt` (milliseconds since the epoch) is when the response was received, from which signed URLs live.
 */
export function toProcess(wire: ProcessWire, id: ProcessId, receivedAt: number): Process {
  const info = readInfo(wire.authenticationInfo);
  const services = wire.services.map((service) => toService(service, receivedAt));
  const state = readState(wire.state);
  const signals = readSignals({ state, result: wire.result }, info);
  return {
    id,
    source: 'IDCLOUD',
    state,
    upstreamState: typeof wire.state === 'string' ? wire.state : null,
    signals: {
      ...signals,
      unknownEvidence: signals.unknownEvidence || hasUnknownEvidence(wire.raw, IDCLOUD_SHAPE),
    },
    flow: wire.flow,
    purpose: wire.purpose,
    useCase: wire.useCase,
    clientReference: wire.clientReference,
    capacities: wire.capacities,
    createdAt: readTimestamp(wire.createdAt),
    finishedAt: readTimestamp(wire.finishedAt),
    expiresAt: readTimestamp(wire.expiresAt),
    links: { callbackUri: wire.callbackUri, userRedirectUrl: wire.userRedirectUrl },
    sdkToken: wire.token,
    person: wire.person === null ? null : toPerson(wire.person),
    company: wire.companyData,
    reference: toReference(wire.bioTokenData),
    services,
    documents: services.flatMap((service) => service.documents),
    authenticationId: info === 'UNKNOWN' ? null : (info?.authenticationId ?? null),
    promise: null,
    referenceApproved: null,
  };
}
