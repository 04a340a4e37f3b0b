import { parseJourneyId } from '../domain/process-id.ts';
import { userError, type UserError } from '../domain/user-error.ts';
import type { ForgetProcessPayloadResolvers, MutationResolvers } from '../generated/resolvers.ts';
import type { ForgetProcessOutcome } from './forget-process-outcome.ts';
import { malformedProcessId } from './mutation-failure.ts';
import type { NeededResolvers } from './needed-resolvers.ts';
import { requireProcessId } from './process-key.ts';

function failed(problem: UserError): ForgetProcessOutcome {
  return { processId: null, source: null, userErrors: [problem] };
}

/** Removes what is kept of a process; what the caller can mend comes as `userErrors`. */
export const forgetProcess: NonNullable<MutationResolvers['forgetProcess']> = async (
  _,
  { id: given },
  { access, caller, audit, loaders },
) => {
  const id = parseJourneyId(given);
  if (id === null) return failed(malformedProcessId(given, ['id']));
  const forgotten = await access.forgetter.forget(id);
  loaders.process.forget(id);
  if (forgotten === null) {
    const message = 'what is kept can not be reached, so it is not known to be removed: try again';
    return failed(userError('STORE_UNAVAILABLE', message, { retryable: true }));
  }
  audit(caller, { event: 'forgotten', process: id });
  return { processId: id, ...forgotten, userErrors: [] };
};

export const ForgetProcessPayload: NeededResolvers<ForgetProcessPayloadResolvers, ForgetProcessOutcome> = {
  // Only ids of the form that processes are read by get into an address.
  heldByUnico: async ({ processId, source }, _, { access, operation }) =>
    processId === null
      ? null
      : access.forgetter.heldByUnico(requireProcessId(processId), source, operation.read),
};
