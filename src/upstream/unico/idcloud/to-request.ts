import type { JourneyCreation, JourneyPerson } from '../../../domain/process-creation.ts';

/** A property that is `undefined` is not sent: JSON omits it. */
function fromPerson({ duiType, ...person }: JourneyPerson): object {
  return { duiType: duiType === undefined ? undefined : `DUI_TYPE_${duiType}`, ...person };
}

/** The body of POST client/v1/process (upstream.md §4.2), with exactly the properties that the caller gave. */
export function toRequest({ kind: _kind, person, ...journey }: JourneyCreation): object {
  return { ...journey, person: person === undefined ? undefined : fromPerson(person) };
}
