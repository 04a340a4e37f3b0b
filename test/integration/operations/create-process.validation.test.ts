import { describe, expect, test } from 'vitest';
import { selfieBase64 } from '../../../sandbox/lib/selfie.ts';
import { OTHER_ID, processesV1Body } from '../../support/bodies.ts';
import { createProcess, journey, onboarding } from '../../support/create-process.ts';
import { startSubgraphOver, type OverOptions } from '../../support/subgraph-over.ts';
import type { Answer, Subgraph } from '../../support/subgraph.ts';
import type { Reply, Upstream } from '../../support/upstream.ts';

let upstream: Upstream;
let subgraph: Subgraph;

/** Starts a subgraph over a Unico that always replies so, until the end of the test. */
async function start(reply: Reply, options: OverOptions = {}): Promise<void> {
  ({ upstream, subgraph } = await startSubgraphOver(() => reply, options));
}

const create = (input: object, key?: string): Promise<Answer> => createProcess(subgraph, input, key);

const at = (...path: string[]): string[] => ['input', 'onboarding', ...path];

describe('the validation of createProcess', () => {
  test("an invalid creation is rejected without a call, with every problem at once, under Unico's codes, at the paths of the input", async () => {
    await start({ body: processesV1Body() });
    const subject = {
      code: '12345678901',
      name: ' ',
      gender: 'X',
      birthDate: '2000-02-30',
      email: 'luke',
      phone: '12',
    };
    const { data, errors } = await create({
      onboarding: { subject, imageBase64: 'data:image/png;base64,AAAA' },
    });
    expect(errors).toEqual([]);
    expect(data.createProcess.process).toBeNull();
    const problems = data.createProcess.userErrors.map(
      ({ code, field, upstreamCode }: Record<string, unknown>) => [code, field, upstreamCode],
    );
    expect(problems).toEqual([
      ['SUBJECT_CODE_INVALID', at('subject', 'code'), '20507'],
      ['SUBJECT_NAME_MISSING', at('subject', 'name'), '20006'],
      ['SUBJECT_GENDER_INVALID', at('subject', 'gender'), '20508'],
      ['SUBJECT_BIRTH_DATE_INVALID', at('subject', 'birthDate'), '20019'],
      ['SUBJECT_EMAIL_INVALID', at('subject', 'email'), '20008'],
      ['SUBJECT_PHONE_INVALID', at('subject', 'phone'), '20021'],
      ['IMAGE_INVALID', at('imageBase64'), '20900'],
    ]);
    expect(upstream.requests).toEqual([]);
  });

  test('a problem of a list item is reported at its index', async () => {
    await start({ body: processesV1Body() });
    const references = [
      { referenceType: 'REFERENCE_TYPE_PROCESS_ID', referenceContent: OTHER_ID },
      { referenceType: 'REFERENCE_TYPE_PROCESS_ID', referenceContent: 'abc' },
    ];
    const { data } = await create({ transactional: { references, imageBase64: selfieBase64() } });
    expect(data.createProcess.userErrors).toMatchObject([
      {
        code: 'REFERENCE_INVALID',
        field: ['input', 'transactional', 'references', '1', 'referenceContent'],
        upstreamCode: '20065',
      },
    ]);
  });

  test('a creation with an invalid idempotency key is rejected without a call', async () => {
    await start({ body: processesV1Body() });
    for (const key of ['', 'with space', 'x'.repeat(129), 'ção']) {
      const { data } = await create(onboarding, key);
      expect(data.createProcess.userErrors).toMatchObject([
        { code: 'IDEMPOTENCY_KEY_INVALID', field: ['idempotencyKey'] },
      ]);
    }
    expect(upstream.requests).toEqual([]);
  });

  test('a creation with no form or two forms is rejected without a call', async () => {
    await start({ body: processesV1Body() });
    for (const input of [{}, { ...onboarding, ...journey }, { onboarding: null }]) {
      const { errors } = await create(input);
      expect(errors[0]?.extensions.code).toBe('BAD_USER_INPUT');
    }
    expect(upstream.requests).toEqual([]);
  });

  test('a creation of a contract that is not configured is rejected without a call', async () => {
    await start({ body: processesV1Body() }, { contracts: ['PROCESSES_V1'] });
    const { data } = await create(journey);
    expect(data.createProcess.userErrors).toMatchObject([{ code: 'TENANT_NOT_CONFIGURED' }]);
    expect(upstream.requests).toEqual([]);
  });
});
