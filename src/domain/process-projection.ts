import type { Document } from './document.ts';
import type { FetchLevel } from './fetch-level.ts';
import { isPresent } from './part.ts';
import type { Process } from './process.ts';
import type { UpstreamFailure } from './upstream-failure.ts';

/** The fetch levels that add parts to the summary of a process. */
export type PartLevel = Exclude<FetchLevel, 'key' | 'source' | 'summary'>;

/**
 * A copy of a process without the parts of a level and of the levels above it. In their place is `reason`: the failure
 * because of which they could not be read, or `null` where they are left out on purpose. This is the one list of what
 * belongs to which level.
 */
export function withoutParts(process: Process, from: PartLevel, reason: UpstreamFailure | null): Process {
  if (from === 'sdk-token') return { ...process, sdkToken: reason };
  const personal = from === 'personal' ? { contents: reason } : null;
  const stripDocument = (document: Document): Document => ({ ...document, ...personal, files: reason });
  return {
    ...process,
    ...(from === 'personal' && { links: reason, person: process.person && { details: reason } }),
    sdkToken: reason,
    services: process.services.map((service) => ({
      ...service,
      documents: service.documents.map(stripDocument),
    })),
    documents: process.documents.map(stripDocument),
  };
}

/**
 * What may be cached of a process for days: everything that a verdict depends on, and nothing of the person, of the
 * contents of documents, or of addresses and tokens that grant access to their bearer. That there is a person stays: it
 * is not personal, and a field of the person that the caller may not see is then denied without a call.
 */
export function summaryOf(process: Process): Process {
  return withoutParts(process, 'personal', null);
}

/** When the first of the signed URLs expires, in milliseconds since the epoch; `Infinity` without any. */
export function signedUrlsLiveUntil({ documents }: Process): number {
  const ends = documents.flatMap(({ files }) =>
    isPresent(files) && files.expiresAt !== null ? [Date.parse(files.expiresAt)] : [],
  );
  return Math.min(...ends, Infinity);
}
