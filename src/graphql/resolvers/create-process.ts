import type { CreationResult } from '../../services/creations/idempotent-creations.ts';
import { UNKNOWN_OUTCOME_ADVICE } from '../../services/creations/key-problems.ts';
import { UpstreamFailure } from '../../domain/upstream-failure.ts';
import { parseIdempotencyKey } from '../../domain/idempotency-key.ts';
import { userError, type UserError } from '../../domain/user-error.ts';
import { unreachable } from '../../lib/unreachable.ts';
import type { CreateProcessPayloadResolvers, MutationResolvers } from '../../generated/resolvers.ts';
import { auditPersonalRead } from './audit-personal-read.ts';
import type { CreateProcessOutcome } from './mutation-payloads.ts';
import { requireOwner } from '../errors/access-denied.ts';
import { unreadableProcess } from '../errors/partial-process.ts';
import type { RequiredResolvers } from './resolver-types.ts';
import { resolveProcess } from './resolve-process.ts';
import { below, toUserError } from './mutation-errors.ts';
import { refusedCreationField } from './refused-field.ts';
import { countForms, toProcessCreation } from './creation-input.ts';

function failed(...userErrors: UserError[]): CreateProcessOutcome {
  return { createdProcess: null, key: null, replayed: false, userErrors };
}

/** The payload of a creation; `path` leads to the input of the form, and the paths of its problems are below it. */
function outcomeOf(created: CreationResult, path: readonly string[]): CreateProcessOutcome {
  switch (created.kind) {
    case 'created': {
      const { process } = created;
      return { createdProcess: process, key: process, replayed: false, userErrors: [] };
    }
    case 'replayed': {
      const { id, source, process } = created;
      return { createdProcess: process, key: { id, source }, replayed: true, userErrors: [] };
    }
    case 'key-problem':
      return failed(created.problem);
    case 'input-problems':
      return failed(...created.problems.map((problem) => below(path, problem)));
    default:
      return unreachable(created, 'outcome of a creation');
  }
}

/**
 * `createProcess`: what the caller can correct is returned as `userErrors`; faults are thrown as `UpstreamFailure`, and
 * `AccessDenied` where the creation would have no owner.
 */
export const createProcess: NonNullable<MutationResolvers['createProcess']> = async (
  _,
  { idempotencyKey, input },
  { caller, services, budget, failureLog, mutationLog },
  info,
) => {
  const owner = requireOwner(caller);
  const key = parseIdempotencyKey(idempotencyKey);
  if (key === null) {
    const message = `expected 1 to 128 visible ASCII characters, got ${idempotencyKey.length} characters`;
    return failed(userError('IDEMPOTENCY_KEY_INVALID', message, { field: ['idempotencyKey'] }));
  }
  const forms = countForms(input);
  if (forms !== 1) {
    const message = `expected exactly one form of creation, got ${forms}`;
    return failed(userError('REQUEST_INVALID', message, { field: ['input'] }));
  }
  const creationInput = toProcessCreation(input);
  const reportUnknown = (outcome: CreateProcessOutcome): CreateProcessOutcome => {
    if (outcome.userErrors.some(({ code }) => code === 'OUTCOME_UNKNOWN')) {
      const clientReference = input.journey?.clientReference ?? null;
      mutationLog.outcomeUnknown({ idempotencyKey: key, clientReference, client: caller.client });
    }
    return outcome;
  };
  try {
    const creation = { owner, idempotencyKey: key, input: creationInput };
    const created = await services.processWriter.create(creation, budget.forWrite());
    return reportUnknown(outcomeOf(created, ['input', creationInput.kind]));
  } catch (error) {
    if (error instanceof UpstreamFailure) {
      failureLog.report(error);
      const toField = refusedCreationField(info.schema, creationInput);
      return reportUnknown(failed(toUserError(error, toField, UNKNOWN_OUTCOME_ADVICE)));
    }
    throw error;
  }
};

/** The process of a creation: as Unico returned it, or read as far as it is selected. */
export const CreateProcessPayload: RequiredResolvers<CreateProcessPayloadResolvers, CreateProcessOutcome> = {
  process: async ({ createdProcess: process, key }, _, context, info) => {
    if (key === null) return null;
    try {
      if (process !== null) {
        await auditPersonalRead(process, context, info);
        return process;
      }
      // Where Unico no longer knows the process, its key still says what was created.
      return (await resolveProcess(key, context, info)) ?? key;
    } catch (error) {
      // The caller needs the id of a process that it created, also where the process cannot be read.
      if (error instanceof Error) return unreadableProcess(key, error);
      throw error;
    }
  },
};
