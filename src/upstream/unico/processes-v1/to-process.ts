import type { Document } from '../../../domain/document.ts';
import type { ProcessId } from '../../../domain/process-id.ts';
import { emptyProcess, type Process } from '../../../domain/process.ts';
import { readOcrFields } from '../parsing/ocr-fields.ts';
import { signedUrlsExpireAt } from '../parsing/signed-url.ts';
import { readCheck } from '../parsing/enum-values.ts';
import { readSignals, readState } from './to-signals.ts';
import type { DocumentWire, ProcessWire } from './response-schemas.ts';

/** `unico.moja.dictionary.br.cnh.v2.Cnh` is a `CNH`, layout 2: the words that idcloud uses for the same things. */
function readRegistryType(type: string | null): Pick<Document, 'code' | 'version'> {
  const path = /\.v(\d{1,6})\.([A-Za-z]+)$/.exec(type ?? '');
  return { code: path?.[2]?.toUpperCase() ?? type, version: path === null ? null : Number(path[1]) };
}

function toDocument(wire: DocumentWire, receivedAt: number): Document {
  const kind = readRegistryType(wire.type);
  return {
    id: wire.id,
    ...kind,
    typified: null,
    cpfMatch: readCheck(wire.cpfMatch),
    faceMatch: readCheck(wire.faceMatch),
    validated: null,
    reused: null,
    signedUrls: wire.fileUrls,
    signedUrlExpiresAt: signedUrlsExpireAt(wire.fileUrls, receivedAt),
    data: wire.content,
    ...readOcrFields(kind.code, wire.content),
  };
}

/**
 * A process of processes/v1 in our terms. `id` is the one that was asked for or created, checked by the caller;
 * `receivedAt` (ms since the epoch) is when the answer came.
 */
export function toProcess(wire: ProcessWire, id: ProcessId, receivedAt: number): Process {
  const { status } = wire;
  const upstreamState = typeof status === 'number' || typeof status === 'string' ? String(status) : null;
  return {
    ...emptyProcess(id, 'PROCESSES_V1'),
    state: readState(status),
    upstreamState,
    signals: readSignals(wire),
    documents: wire.document.map((document) => toDocument(document, receivedAt)),
  };
}

/** What HTTP 410 on GET processes/v1/{id} means (upstream.md §S1): the process exists and ended in an error, status 5. */
export function erroredProcess(id: ProcessId): Process {
  return { ...emptyProcess(id, 'PROCESSES_V1'), state: 'FAILED', upstreamState: '5' };
}
