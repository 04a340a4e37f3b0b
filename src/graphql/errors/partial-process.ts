import type { MissingPart } from '../../services/processes/process-reader.ts';
import type { Document } from '../../domain/document.ts';
import { emptyProcess, type Process, type ProcessKey, type ProcessSource } from '../../domain/process.ts';
import { errorAsValue } from './errors-as-values.ts';

/* What could be read in part only has the failure in the place of each member that is not there. */

/** A process of which everything from a need on could not be read. */
export function withMissingParts(process: Process, { from, failure }: MissingPart): Process {
  const lost = errorAsValue(failure);
  if (from === 'sdk-token') return { ...process, sdkToken: lost };
  const addresses = { signedUrls: lost, signedUrlExpiresAt: lost };
  const contents = {
    data: lost,
    number: lost,
    holderName: lost,
    cpf: lost,
    birthDate: lost,
    expiresOn: lost,
    category: lost,
  };
  const own = {
    callbackUri: lost,
    userRedirectUrl: lost,
    person: process.person && {
      duiType: lost,
      duiValue: lost,
      friendlyName: lost,
      notificationChannels: lost,
    },
  };
  const personal = from !== 'signed-urls';
  const without = (document: Document): Document => ({
    ...document,
    ...addresses,
    ...(personal && contents),
  });
  return {
    ...process,
    sdkToken: lost,
    ...(personal && own),
    services: process.services.map((service) => ({ ...service, documents: service.documents.map(without) })),
    documents: process.documents.map(without),
  };
}

/** A process of which nothing but the key is known: because of a failure, or, with `null`, because there is no more. */
export function keyOnlyProcess(
  { id, source }: ProcessKey & { source: ProcessSource },
  failure: Error | null,
): Process {
  const empty = emptyProcess(id, source);
  const lost = Object.fromEntries(Object.keys(empty).map((member) => [member, errorAsValue(failure)]));
  return { ...empty, ...lost, id, source };
}
