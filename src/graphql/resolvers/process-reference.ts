import { parseProcessId } from '../../domain/process-id.ts';
import type { ProcessReference as ProcessReferenceModel } from '../../domain/process.ts';
import type { ProcessReferenceResolvers } from '../../generated/resolvers.ts';
import { chargeProcesses } from '../limits/process-count.ts';
import type { RequiredResolvers } from './resolver-types.ts';
import { resolveProcess } from './resolve-process.ts';

/** The fields of `ProcessReference` that are not plain properties. */
export const ProcessReference: RequiredResolvers<ProcessReferenceResolvers, ProcessReferenceModel> = {
  // Either contract may hold the referenced process; the reference does not say which one.
  process: ({ processId }, _, context, info) => {
    const id = parseProcessId(processId);
    if (id === null) return null;
    chargeProcesses(1, context);
    return resolveProcess({ id, source: null }, context, info);
  },
};
