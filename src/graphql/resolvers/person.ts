import { maskDui, type Person as PersonModel } from '../../domain/person.ts';
import type { PersonResolvers } from '../../generated/resolvers.ts';
import { part } from '../errors/errors-as-values.ts';
import type { RequiredResolvers } from './resolver-types.ts';

/** The fields of `Person`: all are in one part, which may be missing. */
export const Person: RequiredResolvers<PersonResolvers, PersonModel> = {
  duiType: ({ details }) => part(details)?.duiType ?? null,
  duiValue: ({ details }) => part(details)?.duiValue ?? null,
  duiValueMasked: ({ details }) => {
    const { duiValue = null } = part(details) ?? {};
    return duiValue === null ? null : maskDui(duiValue);
  },
  friendlyName: ({ details }) => part(details)?.friendlyName ?? null,
  notificationChannels: ({ details }) => part(details)?.notificationChannels ?? [],
};
