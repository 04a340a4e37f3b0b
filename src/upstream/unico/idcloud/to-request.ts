import type { JourneyCreation, JourneyPerson } from '../../../domain/process-creation.ts';

/** The person of the request. JSON omits properties that are `undefined`. */
function fromPerson({ duiType, notifications, ...person }: JourneyPerson): object {
  return {
    duiType: duiType === undefined ? undefined : `DUI_TYPE_${duiType}`,
    ...person,
    notifications: notifications?.map((channel) => ({
      notificationChannel: `NOTIFICATION_CHANNEL_${channel}`,
    })),
  };
}

/** The body of POST client/v1/process (upstream.md §4.2), with exactly the properties that the caller sent. */
export function toRequest({ kind: _kind, person, payload = [], ...journey }: JourneyCreation): object {
  return {
    ...journey,
    person: person === undefined ? undefined : fromPerson(person),
    payload: payload.length === 0 ? undefined : [{ envelopePayload: { documents: payload } }],
  };
}
