import { reusableDocumentCode } from '../../domain/person.ts';
import type { Process as ProcessModel } from '../../domain/process.ts';
import { verdictOf } from '../../domain/verdict/verdict.ts';
import type { ProcessResolvers } from '../../generated/resolvers.ts';
import { memberOf } from '../errors/errors-as-values.ts';
import type { RequiredResolvers } from './resolver-types.ts';
import { requireProcessKey } from './parse-process-key.ts';
import { resolveProcess } from './resolve-process.ts';

export const Process: RequiredResolvers<ProcessResolvers, ProcessModel> = {
  __resolveReference: (representation, context, info) =>
    resolveProcess(requireProcessKey(representation), context, info),
  // A process of which only the key is known has no signals, and one that could not be read has the failure there.
  verdict: (process) => (memberOf(process.signals) === null ? null : verdictOf(process)),
  reusableDocuments: async ({ id, person }, { type }, { loaders, caller, audit }) => {
    const known = memberOf(person);
    // Where the person could not be read, the failure stands in each of their members.
    memberOf(known?.duiValue);
    const code = reusableDocumentCode(known);
    if (code === null) return null;
    const found = await loaders.reusableDocuments.load({ code, type });
    audit(caller, { event: 'personal-read', process: id, fields: ['Process.reusableDocuments'] });
    return found;
  },
};
