import { unreachable } from '../../lib/unreachable.ts';
import type { Capability, SignalPromise } from '../capability.ts';
import { parseProcessId, type ProcessId } from '../process-id.ts';
import type { CaptureCreation, ProcessCreation, Reference } from '../process-creation.ts';
import type { Process } from '../process.ts';
import type { ApiKeyPromise, ApiKeyUse } from './api-key-promises.ts';
import { promiseOfCapacities, promiseOfFlow } from './flow-promises.ts';

/** What the APIKEYs and the tenant's own flows of this deployment evaluate. */
export type Capabilities = {
  /** The configured APIKEYs, by use. */
  apiKeys: Readonly<Partial<Record<ApiKeyUse, ApiKeyPromise>>>;
  /** The tenant's own flows, by name. */
  flows: ReadonlyMap<string, readonly Capability[]>;
};

/** The use whose APIKEY sends a creation (upstream.md §S2). */
export function apiKeyUseOf({ kind }: CaptureCreation): ApiKeyUse {
  return kind === 'ageVerification' ? 'age' : kind;
}

/** The promise of a flow; `null` for a tenant's flow that is not configured. */
function promiseOfNamedFlow(flow: string | null, { flows }: Capabilities): SignalPromise | null {
  return promiseOfFlow(flow) ?? flows.get(flow ?? '') ?? null;
}

/** What a creation is to establish; `null` where that is unknown. A reused document promises its earlier checks. */
export function promiseOfCreation(
  creation: ProcessCreation,
  capabilities: Capabilities,
): SignalPromise | null {
  if (creation.kind === 'journey') return promiseOfNamedFlow(creation.flow, capabilities);
  const { promise } = capabilities.apiKeys[apiKeyUseOf(creation)] ?? {};
  if (promise === undefined) return null;
  // An empty id is left out of the request.
  const isReuse = creation.kind === 'document' && (creation.documentId ?? '') !== '';
  return isReuse ? promise.map((signal) => (signal === 'document' ? 'reused-document' : signal)) : promise;
}

/**
 * What a process was to establish: as recorded with its creation, else by its flow or its capacities. `null` where that
 * is unknown, as for every process of processes/v1 that was not created here, or not readable.
 */
export function promiseOfProcess(
  { source, promise, flow, capacities }: Pick<Process, 'source' | 'promise' | 'flow' | 'capacities'>,
  capabilities: Capabilities,
): SignalPromise | null {
  const recorded = promise === 'UNREADABLE' ? null : promise;
  if (recorded !== null || source === 'PROCESSES_V1') return recorded;
  return promiseOfNamedFlow(flow, capabilities) ?? promiseOfCapacities(capacities);
}

function processIdsIn(references: readonly Reference[] = []): string[] {
  return references
    .filter(({ referenceType }) => referenceType === 'REFERENCE_TYPE_PROCESS_ID')
    .map(({ referenceContent }) => referenceContent);
}

function referencedIds(creation: ProcessCreation): (string | undefined)[] {
  switch (creation.kind) {
    case 'journey':
      return processIdsIn(creation.references);
    case 'transactional':
      return [...processIdsIn(creation.references), creation.referenceProcessId];
    case 'document':
      return [creation.authProcessId];
    case 'onboarding':
    case 'ageVerification':
      return [];
    default:
      return unreachable(creation, 'creation');
  }
}

/** The earlier processes that a creation refers to: those that it compares with, and that of a document's person. */
export function referencesOfCreation(creation: ProcessCreation): ProcessId[] {
  return referencedIds(creation).flatMap((id) => parseProcessId(id ?? null) ?? []);
}
