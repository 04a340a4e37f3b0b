import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { SignalPromise } from '../../../../src/domain/capability.ts';
import type { Process } from '../../../../src/domain/process.ts';
import { PROMISES } from '../../../support/evidence.ts';
import { POLICY_BY_DEFAULT } from '../../../support/verdicts.ts';
import type { UnicoClient } from '../../../../src/upstream/unico/client.ts';
import type { Reply } from '../../../support/upstream.ts';
import { NEVER_CANCELLED, ID, unicoReplying } from '../../../support/unico-client.ts';

/* An approval requires that every signal is documented and positive, whatever was promised and however it is spelled. The processes here are mostly valid and partly arbitrary. */

type Properties = Record<string, unknown>;

/** One of the valid values, or rarely any other value. */
const mostly = (...valid: unknown[]): fc.Arbitrary<unknown> =>
  fc.oneof(
    { weight: 24, arbitrary: fc.constantFrom(...valid) },
    fc.constantFrom('yes', 'no', 'POSITIVE', 'NEGATIVE', 'inconclusive', 'INCONCLUSIVE', 'true', 'false'),
    fc.constantFrom(0, 1, 2, -1, true, false, null, undefined),
    fc.jsonValue({ maxDepth: 3 }),
  );

const absent = (value: unknown): boolean => value === undefined || value === null || value === '';
const passed = (value: unknown): boolean => absent(value) || value === true;
const propertiesOf = (value: unknown): Properties | null =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Properties) : null;

/** A score that approves an inconclusive identity (docs/verdict.md, row 15). */
const strong = (value: unknown): boolean =>
  /^\d+(\.\d+)?$/.test(String(value)) && Number(value) >= 50 && Number(value) <= 100;

/** Whether an enum value of idcloud is absent, unspecified, or one of these, with its prefix or without. */
function isEnum(value: unknown, prefix: string, ...allowed: string[]): boolean {
  return (
    absent(value) || [...allowed, 'UNSPECIFIED'].some((name) => value === name || value === prefix + name)
  );
}

/** Whether a result of processes/v1 is absent, or one of these. */
function isResult(value: unknown, ...allowed: string[]): boolean {
  if (absent(value)) return true;
  const signal = propertiesOf(value);
  return (
    signal !== null && (absent(signal['result']) || allowed.includes(String(signal['result']).toLowerCase()))
  );
}

/** Unknown and every kind of promise, in rotation without an end. */
function* everyPromise(): Generator<SignalPromise | null> {
  for (;;) yield* [null, ...PROMISES];
}

/** The same object with some of its properties in snake case, as Unico writes others. */
function respelled(properties: Properties, snake: boolean): Properties {
  if (!snake) return properties;
  const entries = Object.entries(properties).map(([name, value]): [string, unknown] => [
    name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
    value,
  ]);
  return Object.fromEntries(entries);
}

/** Reads processes with these bodies; each approved one must satisfy `isFit`. Returns how many were approved. */
async function approvalsOf(
  wires: fc.Arbitrary<Properties>,
  read: (unico: UnicoClient) => Promise<Process | null>,
  isFit: (wire: Properties, promise: SignalPromise | null) => boolean,
): Promise<number> {
  let reply: Reply = {};
  let approvals = 0;
  const promises = everyPromise();
  const { unico } = await unicoReplying(() => reply);
  await fc.assert(
    fc.asyncProperty(wires, async (wire) => {
      reply = { body: wire };
      const reported = await read(unico);
      const promise = promises.next().value ?? null;
      const process = reported && { ...reported, promise };
      if (process === null || POLICY_BY_DEFAULT.verdictOf(process).decision !== 'APPROVED') return;
      approvals++;
      // As in the response: JSON has no `undefined`.
      expect(isFit(JSON.parse(JSON.stringify(wire)), promise)).toBe(true);
    }),
    { numRuns: 3_000 },
  );
  return approvals;
}

function camelCased(properties: Properties | null): Properties | null {
  if (properties === null) return null;
  const entries = Object.entries(properties).map(([name, value]): [string, unknown] => [
    name.replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase()),
    value,
  ]);
  return Object.fromEntries(entries);
}

/** Whether a process was to establish an age and no identity: then an inconclusive identity does not matter. */
function isOnlyAnAge(promise: SignalPromise | null): boolean {
  return promise !== null && promise.includes('age') && !promise.includes('identity');
}

/** Whether every part of an idcloud process allows an approval. */
const isFitOfIdcloud = ({ process }: Properties, promise: SignalPromise | null): boolean => {
  const wire = process as Properties;
  const spelled = wire['authenticationInfo'] ?? wire['authentication_info'];
  const info = absent(spelled) ? {} : camelCased(propertiesOf(spelled));
  if (info === null) return false;
  const score = propertiesOf(info['scoreEngineResult']);
  const scored = isEnum(score?.['scoreEnabled'], 'SCORE_ENABLED_', 'TRUE') && strong(score?.['score']);
  const inconclusive = String(info['authenticationResult']).endsWith('INCONCLUSIVE');
  const documents = ((wire['services'] ?? []) as { documents: Properties[] }[]).flatMap(
    (service) => service.documents,
  );
  return (
    isEnum(wire['state'], 'PROCESS_STATE_', 'FINISHED') &&
    isEnum(wire['result'], 'PROCESS_RESULT_', 'OK') &&
    isEnum(info['livenessResult'], 'LIVENESS_RESULT_', 'LIVE') &&
    isEnum(info['authenticationResult'], 'AUTHENTICATION_RESULT_', 'POSITIVE', 'INCONCLUSIVE') &&
    isEnum(info['identityFraudstersResult'], 'TRUST_RESULT_', 'INCONCLUSIVE') &&
    isEnum(info['bioTokenEngineResult'], 'BIO_TOKEN_ENGINE_RESULT_', 'POSITIVE') &&
    isEnum(info['smartRevalidationResult'], 'SMART_REVALIDATION_RESULT_', 'POSITIVE') &&
    isEnum(info['idAgeResult'], 'ID_AGE_RESULT_', 'POSITIVE') &&
    (!inconclusive || scored || isOnlyAnAge(promise)) &&
    documents.every((document) => Object.values(document).every(passed))
  );
};

test('an idcloud process is approved only with documented positive signals', async () => {
  const signals = fc.record({
    livenessResult: mostly('LIVENESS_RESULT_LIVE'),
    authenticationResult: mostly('AUTHENTICATION_RESULT_POSITIVE', 'AUTHENTICATION_RESULT_INCONCLUSIVE'),
    identityFraudstersResult: mostly('TRUST_RESULT_INCONCLUSIVE', 'TRUST_RESULT_UNSPECIFIED'),
    bioTokenEngineResult: mostly('BIO_TOKEN_ENGINE_RESULT_POSITIVE', 'BIO_TOKEN_ENGINE_RESULT_UNSPECIFIED'),
    smartRevalidationResult: mostly('SMART_REVALIDATION_RESULT_UNSPECIFIED'),
    idAgeResult: mostly('ID_AGE_RESULT_POSITIVE', undefined),
    scoreEngineResult: mostly({ scoreEnabled: 'SCORE_ENABLED_TRUE', score: 85.5 }, undefined),
  });
  const infos = fc.tuple(signals, fc.boolean()).map(([info, snake]) => respelled(info, snake));
  const checks = fc.record({ cpf_match: mostly(true), face_match: mostly(true), validate_doc: mostly(true) });
  const services = fc.array(fc.record({ documents: fc.array(checks) }), { maxLength: 2 });
  const processes = fc.record({
    id: fc.constant(ID),
    flow: mostly('id', 'idlive', 'idcheck', 'iddocs', 'idtoken', 'idage', 'ours', undefined),
    state: mostly('PROCESS_STATE_FINISHED', 'FINISHED'),
    result: mostly('PROCESS_RESULT_OK', undefined),
    authenticationInfo: fc.oneof({ weight: 20, arbitrary: infos }, fc.jsonValue({ maxDepth: 2 })),
    services: fc.option(services, { nil: undefined }),
  });
  const approvals = await approvalsOf(
    fc.tuple(processes, fc.boolean()).map(([process, snake]) => ({ process: respelled(process, snake) })),
    (unico) => unico.getProcess('IDCLOUD', ID, NEVER_CANCELLED),
    isFitOfIdcloud,
  );
  // Without any approval the test would prove nothing.
  expect(approvals).toBeGreaterThan(20);
});

/** Whether every part of a processes/v1 process allows an approval. */
const isFitOfProcessesV1 = (wire: Properties, promise: SignalPromise | null): boolean => {
  const inconclusive = String(propertiesOf(wire['unicoId'])?.['result']).toLowerCase() === 'inconclusive';
  const has = (name: string): boolean => !absent(propertiesOf(wire[name])?.['result']);
  return (
    String(wire['status']) === '3' &&
    isResult(wire['unicoId'], 'yes', 'inconclusive') &&
    isResult(wire['identityFraudsters'], 'inconclusive') &&
    isResult(wire['idAge'], 'yes', ...(has('idCloud') ? ['inconclusive'] : [])) &&
    isResult(wire['idCloud'], 'approved') &&
    isResult(wire['riskLevel'], 'approved') &&
    (absent(wire['liveness']) || String(wire['liveness']) === '1') &&
    passed(wire['authenticated']) &&
    // Unico's advice decides about an inconclusive identity, and a process about an age needs none.
    (!inconclusive || strong(wire['score']) || has('idCloud') || isOnlyAnAge(promise)) &&
    Object.values(propertiesOf(wire['document']) ?? {}).every(passed)
  );
};

test('a processes/v1 process is approved only with documented positive signals', async () => {
  const result = (...valid: unknown[]): fc.Arbitrary<unknown> =>
    fc.oneof({ weight: 8, arbitrary: fc.record({ result: mostly(...valid) }) }, mostly(undefined));
  const checks = fc.record({ cpfMatch: mostly(true), faceMatch: mostly(true) });
  const processes = fc.record({
    id: fc.constant(ID),
    status: mostly(3, '3'),
    unicoId: result('yes', 'inconclusive', undefined),
    identityFraudsters: result('inconclusive', undefined),
    idAge: result('yes', undefined),
    idCloud: result('approved', undefined),
    riskLevel: result('approved', undefined),
    liveness: mostly(1, undefined),
    authenticated: mostly(true, undefined),
    score: mostly(85, undefined),
    document: fc.option(checks, { nil: undefined }),
  });
  const approvals = await approvalsOf(
    processes,
    (unico) => unico.getProcess('PROCESSES_V1', ID, NEVER_CANCELLED),
    isFitOfProcessesV1,
  );
  expect(approvals).toBeGreaterThan(20);
});
