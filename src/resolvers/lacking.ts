import type { Document } from '../domain/document.ts';
import { emptyProcess } from '../domain/empty-process.ts';
import type { UpstreamFailure } from '../domain/failure.ts';
import type { Process, ProcessKey, ProcessSource } from '../domain/process.ts';

/*
 * GraphQL takes an error in the place of a value for the failure of that field alone. So an object that could be read
 * in part only has the failure in the place of each member that is not there: what is asked of the others is answered.
 */

/** In the place of a member of any type. */
function inPlace(failure: UpstreamFailure): never {
  return failure as never;
}

/** A member that may have a failure in its place, for those who look at it before GraphQL does. */
export function memberOf<Member>(member: Member): Member {
  if (member instanceof Error) throw member;
  return member;
}

/** A process whose personal part could not be read. */
export function lackingPersonalPart(process: Process, failure: UpstreamFailure): Process {
  const lost = inPlace(failure);
  const lacking = (document: Document): Document => ({
    ...document,
    signedUrls: lost,
    signedUrlExpiresAt: lost,
    data: lost,
    number: lost,
    holderName: lost,
    cpf: lost,
    birthDate: lost,
    expiresOn: lost,
    category: lost,
  });
  return {
    ...process,
    callbackUri: lost,
    userRedirectUrl: lost,
    sdkToken: lost,
    person: lost,
    services: process.services.map((service) => ({
      ...service,
      documents: service.documents.map(lacking),
    })),
    documents: process.documents.map(lacking),
  };
}

/** A process of which nothing but the key could be read. */
export function lackingAllButKey(
  { id, source }: ProcessKey & { source: ProcessSource },
  failure: UpstreamFailure,
): Process {
  const empty = emptyProcess(id, source);
  const lost = Object.fromEntries(Object.keys(empty).map((member) => [member, inPlace(failure)]));
  return { ...empty, ...lost, id, source };
}
