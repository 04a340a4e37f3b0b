import { reasonMessage, type VerdictReason as VerdictReasonModel } from '../../domain/verdict/reasons.ts';
import type { Verdict as VerdictModel } from '../../domain/verdict/verdict.ts';
import type { VerdictReasonResolvers, VerdictResolvers } from '../../generated/resolvers.ts';
import type { RequiredResolvers } from './resolver-types.ts';

export const Verdict: RequiredResolvers<VerdictResolvers, VerdictModel> = {
  // A score that can not be read has no value to show; the decision says REVIEW.
  riskScore: ({ riskScore }) =>
    riskScore === null || riskScore.value === null ? null : { value: riskScore.value, band: riskScore.band },
};

export const VerdictReason: RequiredResolvers<VerdictReasonResolvers, VerdictReasonModel> = {
  message: (reason, { language }) => reasonMessage(reason, language ?? 'EN'),
};
