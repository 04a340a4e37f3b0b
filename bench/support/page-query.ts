/** A page of a dashboard: twenty leaf fields of each process, half of them in its verdict. */
export const PAGE_QUERY = `query Page($ids: [ID!]!) {
  processes(ids: $ids) {
    id source state flow purpose useCase clientReference createdAt finishedAt
    verdict {
      decision final liveness identity fraudRisk policyVersion decidedAt
      reasons { code }
      riskScore { value band }
      serpro { similarity }
    }
  }
}`;
