import type { Document } from './document.ts';
import type { Person } from './person.ts';
import type { Process } from './process.ts';

function withoutContents(document: Document): Document {
  return {
    ...document,
    signedUrls: [],
    signedUrlExpiresAt: null,
    data: null,
    number: null,
    holderName: null,
    cpf: null,
    birthDate: null,
    expiresOn: null,
    category: null,
  };
}

/** A person of whom nothing is told. */
const NOBODY_IN_PARTICULAR: Person = {
  duiType: null,
  duiValue: null,
  friendlyName: null,
  notificationChannels: [],
};

/**
 * What may be kept of a process for days: everything that a verdict is made of, and nothing of the person, of the
 * contents of documents, or of addresses that let their bearer in.
 */
export function summaryOf(process: Process): Process {
  return {
    ...process,
    callbackUri: null,
    userRedirectUrl: null,
    sdkToken: null,
    // That there is one is no secret, and tells whoever asks for what they may not see that it is there to be refused.
    person: process.person && NOBODY_IN_PARTICULAR,
    services: process.services.map((service) => ({
      ...service,
      documents: service.documents.map(withoutContents),
    })),
    documents: process.documents.map(withoutContents),
  };
}

/** When the first of the signed addresses ceases to work, in milliseconds since the epoch; `Infinity` without any. */
export function signedUrlsLiveUntil({ documents }: Process): number {
  const ends = documents.flatMap(({ signedUrlExpiresAt }) =>
    signedUrlExpiresAt === null ? [] : [Date.parse(signedUrlExpiresAt)],
  );
  return Math.min(...ends, Infinity);
}
