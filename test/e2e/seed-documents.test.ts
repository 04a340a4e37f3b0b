import { describe, expect, test } from 'vitest';
import { selfieBase64 } from '../../sandbox/lib/selfie.ts';
import { SAMPLE as S0 } from '../fixtures/s0-get-idcloud-process.ts';
import { REAL_BODIES, SAMPLE as S1 } from '../fixtures/s1-get-processes-v1.ts';
import { startSubgraphOver } from '../support/subgraph-over.ts';
import type { Subgraph } from '../support/subgraph.ts';
import type { Upstream } from '../support/upstream.ts';

/*
 * The samples of upstream.md §S0 to §S2, served by a plain HTTP server and read through the graph. Those of §S3 and §S4 are in
 * test/integration/operations.
 */

let upstream: Upstream;
let subgraph: Subgraph;

/** Starts a subgraph over a Unico that answers every request with this body, until the end of the test. */
async function serve(body: unknown): Promise<void> {
  ({ upstream, subgraph } = await startSubgraphOver(() => ({ body })));
}

const DOCUMENT = `id code version typified cpfMatch faceMatch validated reused signedUrl signedUrls
  data number holderName cpf birthDate expiresOn category`;

const EVERYTHING = `query ($id: ID!, $source: ProcessSource!) { process(id: $id, source: $source) {
  id source state flow purpose useCase clientReference capacities createdAt finishedAt expiresAt callbackUri
  userRedirectUrl sdkToken authenticationId upstreamState
  verdict { decision reasons { code message } final liveness identity fraudRisk faceMatch smartRevalidation age
    riskScore { value band } serpro { similarity status } upstreamResult policyVersion decidedAt }
  person { duiType duiValue duiValueMasked friendlyName notificationChannels }
  company { branchId countryCode } reference { authenticationId process { id } }
  services { envelopeId documentIds consentGranted documents { id } } documents { ${DOCUMENT} } } }`;

test("S0's sample fills every documented field, and is approved for its score", async () => {
  await serve(S0);
  const before = Date.now();
  const { data, errors } = await subgraph.ask(EVERYTHING, { id: S0.process.id, source: 'IDCLOUD' });
  expect(errors).toEqual([]);
  const { data: ocr } = S0.process.services[0]?.documents[0]?.doc ?? {};
  expect(data.process).toEqual({
    id: '53060f52-f146-4c12-a234-5bb5031f6f5b',
    source: 'IDCLOUD',
    state: 'FINISHED',
    flow: 'idunicosign',
    purpose: 'VERIFICATION',
    useCase: 'smart_revalidation',
    clientReference: 'client-ref-abc',
    capacities: ['liveness', 'face_match'],
    createdAt: '2024-01-01T10:00:00.000Z',
    finishedAt: '2024-01-01T10:15:00.000Z',
    expiresAt: '2024-01-08T10:00:00.000Z',
    callbackUri: 'https://example.com/callback',
    userRedirectUrl: 'https://example.com/redirect',
    sdkToken: 'eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9...',
    authenticationId: 'auth-123',
    upstreamState: 'PROCESS_STATE_FINISHED',
    verdict: {
      decision: 'APPROVED',
      reasons: [{ code: 'SCORE_STRONG', message: 'Your identity was confirmed.' }],
      final: true,
      liveness: 'LIVE',
      identity: 'INCONCLUSIVE',
      fraudRisk: 'NO_SIGNS_FOUND',
      faceMatch: null,
      smartRevalidation: null,
      age: null,
      riskScore: { value: 85.5, band: 'STRONG_POSITIVE' },
      serpro: { similarity: 92, status: 'COMPARED' },
      upstreamResult: 'PROCESS_RESULT_OK',
      policyVersion: 'unico-2026-12',
      decidedAt: '2024-01-01T10:15:00.000Z',
    },
    person: {
      duiType: 'BR_CPF',
      duiValue: '12345678909',
      duiValueMasked: '*********09',
      friendlyName: 'Luke Skywalker',
      notificationChannels: ['email'],
    },
    company: { branchId: 'branch-123', countryCode: 'BR' },
    // The sample refers to a process by an id that is no UUID, so there is no process to read.
    reference: { authenticationId: 'auth-ref-123', process: null },
    services: [
      {
        envelopeId: '4d4f3d90-04a3-4259-b63b-930ab10d2e47',
        documentIds: ['doc-abc-123'],
        consentGranted: true,
        documents: [{ id: 'doc-abc-123' }],
      },
    ],
    documents: [
      {
        id: 'doc-abc-123',
        code: 'CNH',
        version: 1,
        typified: true,
        cpfMatch: true,
        faceMatch: true,
        validated: true,
        reused: false,
        signedUrl: 'https://example.com/doc?token=xyz',
        signedUrls: ['https://example.com/doc?token=xyz'],
        data: ocr,
        number: '044589731564',
        holderName: 'Luke Skywalker',
        cpf: '12345678909',
        birthDate: '1990-05-12',
        expiresOn: '2027-12-07',
        category: 'B',
      },
    ],
  });
  const lives = await subgraph.ask(
    `{ process(id: "${S0.process.id}") { documents { signedUrlExpiresAt } } }`,
  );
  const until = Date.parse(lives.data.process.documents[0].signedUrlExpiresAt);
  expect(until).toBeGreaterThanOrEqual(before + 300_000);
  expect(until).toBeLessThanOrEqual(Date.now() + 300_000);
});

const APPROVED = {
  decision: 'APPROVED',
  final: true,
  reasons: [{ code: 'IDENTITY_CONFIRMED' }, { code: 'LIVENESS_CONFIRMED' }],
  liveness: 'LIVE',
  identity: 'POSITIVE',
  fraudRisk: 'NO_SIGNS_FOUND',
  serpro: { similarity: 87, status: 'COMPARED' },
};
const VERDICT = 'decision final reasons { code } liveness identity fraudRisk serpro { similarity status }';

test("S1's sample is approved", async () => {
  await serve(S1);
  const { data } = await subgraph.ask(
    `{ process(id: "${S1.id}", source: PROCESSES_V1) { state verdict { ${VERDICT} } } }`,
  );
  expect(data.process).toEqual({ state: 'FINISHED', verdict: APPROVED });
});

test("S2's sample is approved in the response of its creation", async () => {
  await serve(S1);
  const subject = {
    code: '12345678909',
    name: 'Luke Skywalker',
    gender: 'M',
    birthDate: '2000-05-20',
    phone: '5519725570707',
  };
  const onboarding = { subject, useCase: 'Onboarding', imageBase64: selfieBase64() };
  const { data } = await subgraph.ask(
    `mutation ($input: CreateProcessInput!) { createProcess(idempotencyKey: "S2", input: $input) {
      process { id verdict { ${VERDICT} } } userErrors { code } } }`,
    { input: { onboarding } },
  );
  expect(data.createProcess).toEqual({ process: { id: S1.id, verdict: APPROVED }, userErrors: [] });
  expect(JSON.parse(upstream.requests[0]?.body ?? '')).toEqual(onboarding);
});

describe('the four bodies of real use (upstream.md §5.3)', () => {
  test.each([
    ['the identity is confirmed', 'APPROVED IDENTITY_CONFIRMED'],
    ['the identity is inconclusive and has a score', 'REVIEW SCORE_MODERATE'],
    ['a divergence is being settled', 'PENDING IN_PROGRESS'],
    ['the liveness failed', 'DENIED LIVENESS_FAILED'],
  ] as const)('the body of real use in which %s has the verdict %s', async (what, expected) => {
    const body = REAL_BODIES[what];
    await serve(body);
    const { data } = await subgraph.ask(
      `query ($id: ID!) { process(id: $id, source: PROCESSES_V1) { verdict { decision reasons { code } } } }`,
      { id: body.id },
    );
    const { decision, reasons } = data.process.verdict;
    expect([decision, ...reasons.map(({ code }: { code: string }) => code)].join(' ')).toBe(expected);
  });
});
