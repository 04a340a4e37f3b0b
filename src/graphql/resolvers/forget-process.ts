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

/** Calls `call` at most once: the resolvers of all aliases of a field share the result. */
function once<Result>(call: () => Promise<Result>): () => Promise<Result> {
  let result: Promise<Result> | undefined;
  return () => (result ??= call());
}

/** `forgetProcess`: erases what is stored of a process. What the caller can correct is returned as `userErrors`. */
export const forgetProcess: NonNullable<MutationResolvers['forgetProcess']> = async (
  _,
  { id: requestedId },
  { services, caller, audit, loaders, budget },
) => {
  const id = parseJourneyId(requestedId);
  if (id === null) return failed(malformedProcessId(requestedId, ['id']));
  // Nothing is erased that could not be recorded.
  audit.requireRoom();
  const erased = await services.processEraser.erase(id);
  loaders.process.clear(id);
  if (erased === null) {
    const message = 'the store cannot be reached, so it is unknown whether the process was erased: try again';
    return failed(userError('STORE_UNAVAILABLE', message, { retryable: true }));
  }
  await audit.write(caller, { event: 'forgotten', process: id }, budget.signal);
  const { source } = erased;
  // Only an id in the form of `requireProcessId` may become part of a URL.
  const heldByUnico = once(async () =>
    services.processEraser.existsUpstream(requireProcessId(id, 'id'), source, budget),
  );
  return { processId: id, heldByUnico, userErrors: [] };
};

/** Calls Unico only where `heldByUnico` is selected. */
export const ForgetProcessPayload: RequiredResolvers<ForgetProcessPayloadResolvers, ForgetProcessOutcome> = {
  heldByUnico: ({ heldByUnico }) => heldByUnico(),
};
