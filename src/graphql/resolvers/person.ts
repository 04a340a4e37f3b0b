import { maskDui, type Person as PersonModel } from '../../domain/person.ts';
import type { PersonResolvers } from '../../generated/resolvers.ts';
import { partValue } from '../errors/errors-as-values.ts';
import type { RequiredResolvers } from './resolver-types.ts';

/** The fields of `Person`: all are in one part, which may be missing. */
export const Person: RequiredResolvers<PersonResolvers, PersonModel> = {
  duiType: ({ details }) => partValue(details)?.duiType ?? null,
  duiValue: ({ details }) => partValue(details)?.duiValue ?? null,
  duiValueMasked: ({ details }) => {
    const { duiValue = null } = partValue(details) ?? {};
    return duiValue === null ? null : maskDui(duiValue);
  },
  friendlyName: ({ details }) => partValue(details)?.friendlyName ?? null,
  notificationChannels: ({ details }) => partValue(details)?.notificationChannels ?? [],
};
