import { parseJourneyId } from '../../domain/process-id.ts';
import { userError, type UserError } from '../../domain/user-error.ts';
import type { ForgetProcessPayloadResolvers, MutationResolvers } from '../../generated/resolvers.ts';
import type { ForgetProcessOutcome } from './mutation-payloads.ts';
import { malformedProcessId } from './mutation-errors.ts';
import type { RequiredResolvers } from './resolver-types.ts';
import { requireProcessId } from './parse-process-key.ts';

function failed(problem: UserError): ForgetProcessOutcome {
  return { processId: null, heldByUnico: async () => null, userErrors: [problem] };
}

/** Each alias of a field is a field of its own; what it takes a call to know is asked once. */
function once<Answer>(ask: () => Promise<Answer>): () => Promise<Answer> {
  let asked: Promise<Answer> | undefined;
  return () => (asked ??= ask());
}

/** Removes what is kept of a process; what the caller can mend comes as `userErrors`. */
export const forgetProcess: NonNullable<MutationResolvers['forgetProcess']> = async (
  _,
  { id: given },
  { services, caller, audit, loaders, budget },
) => {
  const id = parseJourneyId(given);
  if (id === null) return failed(malformedProcessId(given, ['id']));
  const forgotten = await services.processEraser.erase(id);
  loaders.process.clear(id);
  if (forgotten === null) {
    const message = 'what is kept can not be reached, so it is not known to be removed: try again';
    return failed(userError('STORE_UNAVAILABLE', message, { retryable: true }));
  }
  audit(caller, { event: 'forgotten', process: id });
  const { source } = forgotten;
  // Only ids of the form that processes are read by get into an address.
  const heldByUnico = once(async () =>
    services.processEraser.existsUpstream(requireProcessId(id), source, budget.forRead),
  );
  return { processId: id, heldByUnico, userErrors: [] };
};

export const ForgetProcessPayload: RequiredResolvers<ForgetProcessPayloadResolvers, ForgetProcessOutcome> = {
  heldByUnico: ({ heldByUnico }) => heldByUnico(),
};
