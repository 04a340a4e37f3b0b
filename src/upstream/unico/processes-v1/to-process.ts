import type { Document } from '../../../domain/document.ts';
import type { ProcessId } from '../../../domain/process-id.ts';
import { emptyProcess, type Process } from '../../../domain/process.ts';
import { toDocumentContents, toSignedFiles } from '../parsing/document-parts.ts';
import { readCheck } from '../parsing/read-values.ts';
import { readSignals, readState } from './to-signals.ts';
import type { DocumentWire, ProcessWire } from './response-schemas.ts';

/** `unico.moja.dictionary.br.cnh.v2.Cnh` is a `CNH`, layout 2: the values that idcloud uses for the same things. */
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
    contents: toDocumentContents(kind.code, wire.content),
    files: toSignedFiles(wire.fileUrls, receivedAt),
  };
}

/**
 * A process of processes/v1 as a domain object. `id` is the requested or created id, which the caller has compared;
 * `receivedAt` (milliseconds since the epoch) is when the response was received, from which signed URLs live.
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

/** The process of an HTTP 410 on GET processes/v1/{id} (upstream.md §S1): it exists and ended in an error, status 5. */
export function erroredProcess(id: ProcessId): Process {
  return { ...emptyProcess(id, 'PROCESSES_V1'), state: 'FAILED', upstreamState: '5' };
}
