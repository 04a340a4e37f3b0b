/** A page of a dashboard: twenty fields without others below them of each process, half of them of its verdict. */
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
