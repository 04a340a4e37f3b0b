import { UpstreamFailure } from '../../domain/upstream-failure.ts';
import { isPresent } from '../../domain/part.ts';
import { parseJourneyId } from '../../domain/process-id.ts';
import type { UserError } from '../../domain/user-error.ts';
import type { MutationResolvers, SetProcessDocumentPayloadResolvers } from '../../generated/resolvers.ts';
import type { ResolvedProcess } from '../errors/partial-process.ts';
import { auditPersonalRead } from './audit-personal-read.ts';
import { below, malformedProcessId, toUserError } from './mutation-errors.ts';
import { refusedDocumentField } from './refused-field.ts';
import type { RequiredResolvers } from './resolver-types.ts';
import { resolveProcess } from './resolve-process.ts';
import { selectionOf } from '../selection/selection.ts';
import type { SetProcessDocumentOutcome } from './mutation-payloads.ts';

/** What to do when it is unknown whether the document was set. */
const ADVICE =
  'the document may be set, and cannot be changed then. Read the person of the process before you try again';

function failed(...userErrors: UserError[]): SetProcessDocumentOutcome {
  return { id: null, person: null, userErrors };
}

/**
 * `setProcessDocument`: what the caller can correct is returned as `userErrors`; faults are thrown as
 * `UpstreamFailure`.
 */
export const setProcessDocument: NonNullable<MutationResolvers['setProcessDocument']> = async (
  _,
  { input: { processId, ...document } },
  { services, loaders, budget, failureLog },
  info,
) => {
  const id = parseJourneyId(processId);
  if (id === null) return failed(malformedProcessId(processId, ['input', 'processId']));
  try {
    const written = await services.processWriter.setDocument(id, document, budget.forWrite(id));
    if (!written.ok) return failed(...written.problems.map((problem) => below(['input'], problem)));
    return { id, person: written.value, userErrors: [] };
  } catch (error) {
    if (error instanceof UpstreamFailure) {
      failureLog.report(error);
      return failed(toUserError(error, refusedDocumentField(info.schema), ADVICE));
    }
    throw error;
  } finally {
    loaders.process.clear(id);
  }
};

/** Whether the person was read: then the read is in the audit log already. */
function hasDetails({ person }: ResolvedProcess): boolean {
  return person != null && !(person instanceof Error) && isPresent(person.details);
}

/** The fields that Unico's response provides (upstream.md §S3). Other fields cost a read of the process. */
const RESPONSE_FIELDS = new Set(['__typename', 'id', 'source', 'person']);

/** The process whose document was set: the id and the person of the response, or read as far as it is selected. */
export const SetProcessDocumentPayload: RequiredResolvers<
  SetProcessDocumentPayloadResolvers,
  SetProcessDocumentOutcome
> = {
  process: async ({ id, person }, _, context, info) => {
    if (id === null) return null;
    const { fields } = selectionOf(info, context.caller.scopes);
    if (fields.isSubsetOf(RESPONSE_FIELDS) && person !== null) {
      const process = { id, source: 'IDCLOUD' as const, person };
      await auditPersonalRead(process, context, info);
      return process;
    }
    const process = await resolveProcess({ id, source: 'IDCLOUD' }, context, info);
    if (process === null || person === null) return process;
    // Whether a read returns the person at once is not documented; until then the person of the mutation's response
    // holds.
    if (!hasDetails(process)) await auditPersonalRead({ id, person }, context, info);
    return { ...process, person };
  },
};
