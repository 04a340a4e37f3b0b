import type { VerdictReason as VerdictReasonModel } from '../../domain/verdict/reasons.ts';
import type { Verdict as VerdictModel } from '../../domain/verdict/verdict.ts';
import type { VerdictReasonResolvers, VerdictResolvers } from '../../generated/resolvers.ts';
import type { RequiredResolvers } from './resolver-types.ts';

/** The fields of `Verdict` that are not plain properties. */
export const Verdict: RequiredResolvers<VerdictResolvers, VerdictModel> = {
  // A score that cannot be read has no value to show; the decision is then REVIEW.
  riskScore: ({ riskScore }) =>
    riskScore === null || riskScore.value === null ? null : { value: riskScore.value, band: riskScore.band },
};

/** The fields of `VerdictReason` that are not plain properties. */
export const VerdictReason: RequiredResolvers<VerdictReasonResolvers, VerdictReasonModel> = {
  message: (reason, { language }, { services }) => services.verdictPolicy.messageOf(reason, language ?? 'EN'),
};
