import type { ProcessReference as ProcessReferenceModel } from '../../domain/process.ts';
import type { ProcessReferenceResolvers } from '../../generated/resolvers.ts';
import { countProcesses } from '../limits/process-count.ts';
import type { NeededResolvers } from './resolver-types.ts';
import { resolveProcess } from './resolve-process.ts';

export const ProcessReference: NeededResolvers<ProcessReferenceResolvers, ProcessReferenceModel> = {
  // The reference may have been made by either contract, and does not say which.
  process: ({ processId }, _, context, info) => {
    if (processId === null) return null;
    countProcesses(1, context);
    return resolveProcess({ id: processId, source: null }, context, info);
  },
};
