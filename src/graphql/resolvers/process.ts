import { reusableDocumentCode } from '../../domain/person.ts';
import type { Process as ProcessModel } from '../../domain/process.ts';
import type { ProcessResolvers } from '../../generated/resolvers.ts';
import { partValue } from '../errors/errors-as-values.ts';
import { isRead } from '../errors/partial-process.ts';
import { recordPersonalRead } from './audit-personal-read.ts';
import { requireProcessKey } from './parse-process-key.ts';
import { resolveProcess } from './resolve-process.ts';
import type { RequiredResolvers } from './resolver-types.ts';

/** The fields of `Process` that are not plain properties, and the entity resolver. */
export const Process: RequiredResolvers<ProcessResolvers, ProcessModel> = {
  __resolveReference: (representation, context, info) =>
    resolveProcess(requireProcessKey(representation, context.services.contracts), context, info),
  verdict: (process, _args, { services }) =>
    isRead(process) ? services.verdictPolicy.verdictOf(process) : (process.signals ?? null),
  callbackUri: ({ links }) => partValue(links)?.callbackUri ?? null,
  userRedirectUrl: ({ links }) => partValue(links)?.userRedirectUrl ?? null,
  reusableDocuments: async ({ id, person }, { type }, context) => {
    const code = reusableDocumentCode(partValue(partValue(person)?.details));
    if (code === null) return null;
    const found = await context.loaders.reusableDocuments.load({ code, type });
    await recordPersonalRead(id, ['Process.reusableDocuments'], context);
    return found;
  },
};
