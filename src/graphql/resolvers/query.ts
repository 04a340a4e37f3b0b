import { isCpfOrCurp } from '../../domain/person.ts';
import { UpstreamFailure } from '../../domain/upstream-failure.ts';
import type { QueryResolvers } from '../../generated/resolvers.ts';
import { BadUserInput } from '../errors/bad-user-input.ts';
import { describeFailure } from '../errors/error-codes.ts';
import { chargeProcesses } from '../limits/process-count.ts';
import { settleItem } from '../errors/errors-as-values.ts';
import { requireProcessId, requireSourceInUse } from './parse-process-key.ts';
import { recordPersonalRead } from './audit-personal-read.ts';
import { resolveProcess } from './resolve-process.ts';

/**
 * The most ids of one list: a page of a dashboard. Reading all of them for the first time takes 20 seconds of the
 * tenant's quota (upstream.md §2), and so several operations.
 */
export const MAX_IDS = 200;

/** Throws a failure again: with the argument, where Unico refused the person's number (upstream.md §S4, 20507). */
function nameRefusedCode(failure: unknown): never {
  if (failure instanceof UpstreamFailure && failure.refusal?.field === 'subject.code') {
    const { message, extensions } = describeFailure(failure);
    throw new BadUserInput(message, { ...extensions, argument: 'code' });
  }
  throw failure;
}

/** The root fields of queries. */
export const Query: Required<QueryResolvers> = {
  process: (_, { id, source }, context, info) => {
    chargeProcesses(1, context);
    requireSourceInUse(source ?? null, context.services.contracts, 'source');
    return resolveProcess({ id: requireProcessId(id, 'id'), source: source ?? null }, context, info);
  },

  processes: (_, { ids }, context, info) => {
    if (ids.length > MAX_IDS) {
      throw new BadUserInput(
        `expected at most ${MAX_IDS} ids, got ${ids.length}: ask in several operations`,
        {
          argument: 'ids',
        },
      );
    }
    chargeProcesses(ids.length, context);
    return ids.map((id) =>
      settleItem(() => resolveProcess({ id: requireProcessId(id, 'ids'), source: null }, context, info)),
    );
  },

  reusableDocuments: async (_, { code, type }, context) => {
    if (!isCpfOrCurp(code)) {
      const message = `expected a CPF (11 digits) or CURP (18 characters) with correct check digits, got ${code.length} characters: send it without punctuation and spaces`;
      throw new BadUserInput(message, { upstreamCode: '20507', argument: 'code' });
    }
    const found = await context.loaders.reusableDocuments.load({ code, type }).catch(nameRefusedCode);
    await recordPersonalRead(null, ['Query.reusableDocuments'], context);
    return found;
  },
};
