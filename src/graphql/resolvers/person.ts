import { maskDui, type Person as PersonModel } from '../../domain/person.ts';
import type { PersonResolvers } from '../../generated/resolvers.ts';
import { memberOf } from '../errors/errors-as-values.ts';
import type { RequiredResolvers } from './resolver-types.ts';

export const Person: RequiredResolvers<PersonResolvers, PersonModel> = {
  duiValueMasked: ({ duiValue: member }) => {
    const duiValue = memberOf(member);
    return duiValue === null ? null : maskDui(duiValue);
  },
};
