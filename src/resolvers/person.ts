import { maskDui, type Person as PersonModel } from '../domain/person.ts';
import type { PersonResolvers } from '../generated/resolvers.ts';
import type { NeededResolvers } from './needed-resolvers.ts';

export const Person: NeededResolvers<PersonResolvers, PersonModel> = {
  duiValueMasked: ({ duiValue }) => (duiValue === null ? null : maskDui(duiValue)),
};
