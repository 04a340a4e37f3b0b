import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { IDENTITIES } from '../../sandbox/identities/index.ts';
import type { Sandbox } from '../../sandbox/sandbox.ts';
import { RateLimiter } from '../../src/upstream/resilience/rate-limiter.ts';
import { selfieBase64 } from '../../sandbox/lib/selfie.ts';
import { rateWindowOf } from '../support/rate-limiter.ts';
import { clientOf, startUnicoSandbox } from '../support/sandbox.ts';
import { startSubgraph, type Subgraph } from '../support/subgraph.ts';

const README = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');

/** The rows of the README's table, as cells without code font. */
const rows = README.split('\n')
  .filter((line) => /^\| (\d\d|–) /.test(line))
  .map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim().replaceAll('`', '')),
  );

let sandbox: Sandbox;
let subgraph: Subgraph;
/** A second subgraph over the same sandbox that retries reads, as the program does. */
let retrying: Subgraph;

beforeAll(async () => {
  const started = await startUnicoSandbox({ slowMs: 3_000 });
  sandbox = started.sandbox;
  subgraph = await startSubgraph(started.unico);
  const rateLimiter = new RateLimiter(
    rateWindowOf(() => Infinity),
    Infinity,
  );
  retrying = await startSubgraph(clientOf(sandbox, rateLimiter));
});
afterAll(async () => {
  await Promise.all([subgraph.close(), retrying.close()]);
  await sandbox.close();
});

/** The cell of the table for a process: its decision with reasons, the code of its error, or – without a process. */
async function outcome(graph: Subgraph, id: string | null, source: string): Promise<string> {
  if (id === null) return '–';
  const query = `query ($id: ID!, $source: ProcessSource) {
    process(id: $id, source: $source) { verdict { decision reasons { code } } } }`;
  const { data, errors } = await graph.ask(query, { id, source });
  if (errors[0] !== undefined) return errors[0].extensions.code;
  const { decision, reasons } = data.process.verdict;
  return `${decision} (${reasons.map(({ code }: { code: string }) => code).join(', ')})`;
}

describe("the README's table of test identities", () => {
  test('the table of the README lists every identity of the sandbox and no other', () => {
    expect(rows.map(([, code, name, description]) => ({ code, name, description }))).toEqual(
      IDENTITIES.map(({ code, name, description }) => ({ code, name, description })),
    );
  });

  test.each(IDENTITIES)(
    'the table of the README is true for $scenario',
    async ({ code, idcloudProcessId, processesProcessId, outcome: { fault } }) => {
      // The other faults outlast the retries.
      const graph = fault !== null && 'everyOther' in fault ? retrying : subgraph;
      const [number, , , , idcloud, processesV1] = rows.find(([, its]) => its === code) ?? [];
      expect((idcloudProcessId ?? processesProcessId)?.slice(-2) ?? '–').toBe(number);
      expect([
        await outcome(graph, idcloudProcessId, 'IDCLOUD'),
        await outcome(graph, processesProcessId, 'PROCESSES_V1'),
      ]).toEqual([idcloud, processesV1]);
    },
  );
});

describe('the sandbox through the graph', () => {
  test('a journey in the sandbox runs from its creation to its verdict', async () => {
    const now = { value: Date.now() };
    const { sandbox: own, unico } = await startUnicoSandbox({ now: () => now.value });
    const graph = await startSubgraph(unico);
    const create = `mutation ($input: CreateProcessInput!) { createProcess(idempotencyKey: "journey", input: $input) {
      process { id state userRedirectUrl sdkToken verdict { decision final } } userErrors { code } } }`;
    const person = { duiType: 'BR_CPF', duiValue: '90000000760', friendlyName: 'Nadia Negative' };
    const journey = { flow: 'id', purpose: 'creditprocess', callbackUri: '/', person };
    const { data } = await graph.ask(create, { input: { journey } });
    expect(data.createProcess).toMatchObject({
      process: { state: 'CREATED', userRedirectUrl: expect.any(String), sdkToken: expect.any(String) },
      userErrors: [],
    });
    const { id, verdict } = data.createProcess.process;
    expect(verdict).toEqual({ decision: 'PENDING', final: false });
    now.value += 10_000;
    const query = `{ process(id: "${id}") { state verdict { decision final reasons { code } } } }`;
    // A pending process is read from Unico once in two seconds.
    await expect
      .poll(async () => (await graph.ask(query)).data.process, { timeout: 10_000 })
      .toEqual({
        state: 'FINISHED',
        verdict: { decision: 'DENIED', final: true, reasons: [{ code: 'IDENTITY_MISMATCH' }] },
      });
    await graph.close();
    await own.close();
  });

  test('a journey without a document waits for it, and takes it once', async () => {
    const create = `mutation ($input: CreateProcessInput!) { createProcess(idempotencyKey: "later", input: $input) {
      process { id state verdict { decision reasons { code } } } userErrors { code message } } }`;
    const journey = { flow: 'custom-optional-document', purpose: 'creditprocess', callbackUri: '/' };
    const { data } = await subgraph.ask(create, { input: { journey } });
    expect(data.createProcess).toMatchObject({
      process: {
        state: 'AWAITING_DOCUMENT',
        verdict: { decision: 'PENDING', reasons: [{ code: 'AWAITING_DOCUMENT' }] },
      },
    });
    const set = `mutation ($input: SetProcessDocumentInput!) { setProcessDocument(input: $input) {
      process { state person { duiType duiValueMasked } } userErrors { code } } }`;
    const input = { processId: data.createProcess.process.id, duiType: 'BR_CPF', duiValue: '12345678909' };
    expect((await subgraph.ask(set, { input })).data.setProcessDocument).toEqual({
      process: { state: 'CREATED', person: { duiType: 'BR_CPF', duiValueMasked: '*********09' } },
      userErrors: [],
    });
    expect((await subgraph.ask(set, { input })).data.setProcessDocument).toEqual({
      process: null,
      userErrors: [{ code: 'DOCUMENT_ALREADY_SET' }],
    });
  });

  test.each([
    ['unknown-cpf', 'SUBJECT_CODE_INVALID', false],
    ['conflict', 'CONFLICT', false],
    ['quota-seconds', 'RATE_LIMITED', true],
    ['quota-once', 'RATE_LIMITED', true],
    ['internal-error', 'OUTCOME_UNKNOWN', false],
    ['dropped', 'OUTCOME_UNKNOWN', false],
    ['dropped-mid-body', 'OUTCOME_UNKNOWN', false],
    ['html-bad-gateway', 'OUTCOME_UNKNOWN', false],
  ])('the creation of the identity %s fails with %s', async (scenario, code, retryable) => {
    const subject = IDENTITIES.find((identity) => identity.scenario === scenario);
    const create = `mutation ($input: CreateProcessInput!) { createProcess(idempotencyKey: "${scenario}", input: $input) {
      process { id } userErrors { code retryable } } }`;
    const onboarding = { subject: { code: subject?.code, name: subject?.name }, imageBase64: selfieBase64() };
    const { data } = await subgraph.ask(create, { input: { onboarding } });
    expect(data.createProcess).toEqual({ process: null, userErrors: [{ code, retryable }] });
  });

  const PASSES = {
    code: 'CNH',
    typified: true,
    cpfMatch: true,
    faceMatch: true,
    validated: true,
    reused: false,
  };
  test.each<[string, Partial<typeof PASSES>, boolean]>([
    ['document-full-ocr', {}, true],
    ['document-check-failed', { cpfMatch: false }, true],
    ['document-not-typified', { typified: false }, true],
    ['document-other-face', { faceMatch: false }, true],
    ['document-not-valid', { validated: false }, true],
    ['document-reused', { reused: true }, true],
    ['document-rg', { code: 'RG' }, true],
    ['consent-not-granted', {}, false],
  ])(
    'the document of the identity %s differs from one that passes by %j alone',
    async (scenario, difference, consentGranted) => {
      const identity = IDENTITIES.find((each) => each.scenario === scenario);
      const { data, errors } = await subgraph.ask(
        `query ($id: ID!) { process(id: $id) {
          documents { code typified cpfMatch faceMatch validated reused } services { consentGranted }
        } }`,
        { id: identity?.idcloudProcessId },
      );
      expect(errors).toEqual([]);
      expect(data.process).toEqual({
        documents: [{ ...PASSES, ...difference }],
        services: [{ consentGranted }],
      });
    },
  );

  test.each([
    ['serpro-similarity', { similarity: 94, status: 'COMPARED' }],
    ['serpro-no-face', { similarity: null, status: 'NO_FACE_ON_FILE' }],
  ])('the journey of the identity %s has the answer of Serpro', async (scenario, serpro) => {
    const id = IDENTITIES.find((each) => each.scenario === scenario)?.idcloudProcessId;
    const { data } = await subgraph.ask(
      `query ($id: ID!) { process(id: $id) { verdict { serpro { similarity status } } } }`,
      { id },
    );
    expect(data.process.verdict.serpro).toEqual(serpro);
  });

  test('a 429 that is over at once delays its own query, and no other one', async () => {
    const query = `query ($id: ID!, $source: ProcessSource) { process(id: $id, source: $source) { state } }`;
    const ids = ['quota-once', 'approved', 'minor'].map(
      (scenario) => IDENTITIES.find((each) => each.scenario === scenario)?.processesProcessId,
    );
    const { sandbox: own } = await startUnicoSandbox();
    onTestFinished(() => own.close());
    const rateLimiter = new RateLimiter(
      rateWindowOf(() => Infinity),
      Infinity,
    );
    const graph = await startSubgraph(clientOf(own, rateLimiter));
    onTestFinished(() => graph.close());
    const answers = await Promise.all(ids.map((id) => graph.ask(query, { id, source: 'PROCESSES_V1' })));
    expect(answers.map(({ data }) => data)).toEqual(ids.map(() => ({ process: { state: 'FINISHED' } })));
    const reads = own.requests.filter(({ host }) => host === 'api');
    expect(reads.map(({ status }) => status).toSorted()).toEqual([200, 200, 200, 429]);
  });

  test('a reusable document that the sandbox returns can be reused in a creation', async () => {
    const found = await subgraph.ask(
      `{ reusableDocuments(code: "12345678909", type: BR_CNH) { documentId type } }`,
    );
    expect(found.data.reusableDocuments).toMatchObject([{ type: 'BR_CNH' }]);
    const create = `mutation ($key: String!, $input: CreateProcessInput!) { createProcess(idempotencyKey: $key, input: $input) {
      process { id verdict { decision } documents { cpf cpfMatch signedUrl signedUrlExpiresAt } } userErrors { code message field } } }`;
    const subject = { code: '12345678909', name: 'Luke Skywalker' };
    const biometric = await subgraph.ask(create, {
      key: 'biometric',
      input: { onboarding: { subject, imageBase64: selfieBase64() } },
    });
    const document = {
      subject,
      purpose: 'onboarding',
      authProcessId: biometric.data.createProcess.process.id,
      documentId: found.data.reusableDocuments[0].documentId,
    };
    const { data } = await subgraph.ask(create, { key: 'reuse', input: { document } });
    expect(data.createProcess).toMatchObject({
      process: { verdict: { decision: 'APPROVED' }, documents: [{ cpf: '12345678909', cpfMatch: true }] },
      userErrors: [],
    });
  });
});
