import type { ProcessReference as ProcessReferenceModel } from '../../domain/process.ts';
import type { ProcessReferenceResolvers } from '../../generated/resolvers.ts';
import { chargeProcesses } from '../limits/process-count.ts';
import type { RequiredResolvers } from './resolver-types.ts';
import { resolveProcess } from './resolve-process.ts';

export const ProcessReference: RequiredResolvers<ProcessReferenceResolvers, ProcessReferenceModel> = {
  // The reference may have been made by either contract, and does not say which.
  process: ({ processId }, _, context, info) => {
    if (processId === null) return null;
    chargeProcesses(1, context);
    return resolveProcess({ id: processId, source: null }, context, info);
  },
};
