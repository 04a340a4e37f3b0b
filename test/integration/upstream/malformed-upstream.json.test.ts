import { describe, expect, onTestFinished, test } from 'vitest';
import { ID, OTHER_ID } from '../../support/bodies.ts';
import { startSubgraph, type Answer } from '../../support/subgraph.ts';
import { unicoOf } from '../../support/unico.ts';
import { startUpstream } from '../../support/upstream.ts';

/** The body of a response of each contract, as text: JSON.stringify would not write some of them. */
const CONTRACTS = {
  IDCLOUD: (more: string, id = ID): string =>
    `{"process":{"id":"${id}","state":"PROCESS_STATE_FINISHED","result":"PROCESS_RESULT_OK",${more}}}`,
  PROCESSES_V1: (more: string, id = ID): string => `{"id":"${id}","status":3,${more}}`,
};

/** Reads a process from this body. */
async function readProcess(source: keyof typeof CONTRACTS, body: string, selection: string): Promise<Answer> {
  const upstream = await startUpstream(() => ({ body }));
  const subgraph = await startSubgraph(unicoOf(upstream));
  onTestFinished(async () => {
    await subgraph.close();
    await upstream.close();
  });
  return subgraph.ask(`{ process(id: "${ID}", source: ${source}) { ${selection} } }`);
}

const LIVE =
  '"authenticationInfo":{"livenessResult":"LIVENESS_RESULT_LIVE","authenticationResult":"AUTHENTICATION_RESULT_POSITIVE"}';

describe('UnicoClient and hostile JSON', () => {
  test.each([
    '__proto__',
    'constructor',
    'prototype',
    'toString',
    'hasOwnProperty',
    'then',
    'toJSON',
    'valueOf',
  ])('a property named %s pollutes no prototype, and approves nothing', async (name) => {
    const injected = `"${name}":{"state":"PROCESS_STATE_CREATED","unicoId":{"result":"yes"},"injected":true,"prototype":{"injected":true}}`;
    const document = `{${injected},"doc":{${injected},"code":"CNH","data":{${injected},"nome":"x"}}}`;
    const idcloud = CONTRACTS.IDCLOUD(
      `${injected},"person":{${injected}},"services":[{${injected},"documents":[${document}]}]`,
    );
    const processesV1 = CONTRACTS.PROCESSES_V1(
      `${injected},"document":[{${injected},"content":{${injected},"nome":"x"}}]`,
    );
    const selection = 'id state verdict { decision } person { duiValue } documents { id holderName data }';
    for (const [source, body] of [
      ['IDCLOUD', idcloud],
      ['PROCESSES_V1', processesV1],
    ] as const) {
      const { data, errors } = await readProcess(source, body, selection);
      expect(errors).toEqual([]);
      expect(data.process).toMatchObject({ id: ID, state: 'FINISHED', documents: [{ holderName: 'x' }] });
      expect(data.process.verdict.decision).not.toBe('APPROVED');
    }
    expect(Object.hasOwn(Object.prototype, 'injected')).toBe(false);
  });

  test('a signal in __proto__ does not approve a process', async () => {
    const hidden = `"__proto__":{"authenticationInfo":{"livenessResult":"LIVENESS_RESULT_LIVE","authenticationResult":"AUTHENTICATION_RESULT_POSITIVE"}}`;
    const { data } = await readProcess('IDCLOUD', CONTRACTS.IDCLOUD(hidden), 'verdict { decision }');
    expect(data.process.verdict.decision).not.toBe('APPROVED');
    const { data: other } = await readProcess(
      'PROCESSES_V1',
      CONTRACTS.PROCESSES_V1('"unicoId":{"__proto__":{"result":"yes"}}'),
      'verdict { decision }',
    );
    expect(other.process.verdict.decision).not.toBe('APPROVED');
  });

  test.each([
    [
      'the id of another process first',
      `{"process":{"id":"${OTHER_ID}","id":"${ID}","state":"PROCESS_STATE_FINISHED","result":"PROCESS_RESULT_OK",${LIVE}}}`,
      'APPROVED',
    ],
    ['a denial last', CONTRACTS.IDCLOUD(`${LIVE},"result":"PROCESS_RESULT_INVALID_IDENTITY"`), 'DENIED'],
  ])(
    'the last value of a duplicate property counts, as in every JSON parser: %s',
    async (_case, body, decision) => {
      const { data } = await readProcess('IDCLOUD', body, 'verdict { decision }');
      expect(data.process.verdict.decision).toBe(decision);
    },
  );

  test('a duplicate id whose last value is another id is a contract failure', async () => {
    const body = `{"process":{"id":"${ID}","id":"${OTHER_ID}","state":"PROCESS_STATE_FINISHED"}}`;
    const { errors } = await readProcess('IDCLOUD', body, 'state');
    expect(errors[0]?.extensions.code).toBe('UPSTREAM_CONTRACT');
  });

  test.each([
    ['not a number', 'NaN'],
    ['infinity', 'Infinity'],
    ['a number in base 16', '0x10'],
    ['a number with a leading 0', '012345678909'],
    ['undefined', 'undefined'],
    ['single quotes', "'x'"],
    ['a comment', '1 /* x */'],
    ['a trailing comma', '[1,]'],
    ['a line break in a text', '"a\nb"'],
    ['an invalid code point', String.raw`"\u{1}"`],
  ])('a body that is not JSON because of %s is a contract failure', async (_case, value) => {
    const { data, errors } = await readProcess(
      'IDCLOUD',
      CONTRACTS.IDCLOUD(`"purpose":${value}`),
      'state purpose',
    );
    expect([data.process, errors[0]?.extensions.code]).toEqual([null, 'UPSTREAM_CONTRACT']);
  });

  test('a body with a byte order mark is read', async () => {
    const { data } = await readProcess('IDCLOUD', `\ufeff${CONTRACTS.IDCLOUD(LIVE)}`, 'verdict { decision }');
    expect(data.process.verdict.decision).toBe('APPROVED');
  });

  test('lone surrogates and control characters are returned as valid JSON', async () => {
    const body = CONTRACTS.IDCLOUD(
      String.raw`"clientReference":"\ud800 \udc00\u0000\u2028\u001b[2J","purpose":"\ud83d\ude00"`,
    );
    const { data, errors } = await readProcess('IDCLOUD', body, 'clientReference purpose');
    expect(errors).toEqual([]);
    expect(data.process).toEqual({ clientReference: '\ud800 \udc00\u0000\u2028\u001b[2J', purpose: '😀' });
  });

  test.each([
    ['larger than any double', '1e999'],
    ['smaller than any double', '-1e999'],
    ['that underflows', '1e-999'],
    ['of four hundred digits', '9'.repeat(400)],
    ['of more digits than are exact', '12345678901234567890'],
    ['that is negative zero', '-0'],
    ['above 32 bits', '2147483648'],
    ['below 32 bits', '-2147483649'],
    ['of a CPF', '12345678909'],
  ])(
    'a number %s in every number field is neither an internal error nor an approval',
    async (_case, number) => {
      const idcloud = CONTRACTS.IDCLOUD(
        `"authenticationInfo":{"scoreEngineResult":{"scoreEnabled":"SCORE_ENABLED_TRUE","score":${number}},"serproResult":{"score":${number}}},
       "services":[{"documents":[{"doc":{"version":${number},"code":"CNH","data":{"numero":${number},"cpf":${number}}}}]}]`,
      );
      const processesV1 = CONTRACTS.PROCESSES_V1(
        `"score":${number},"liveness":${number},"government":{"serpro":${number}},
       "document":[{"type":"unico.moja.dictionary.br.cnh.v${number.replaceAll(/\D/g, '')}.Cnh","content":{"numero":${number}}}]`,
      );
      const selection = `state upstreamState documents { version code number cpf data }
      verdict { decision liveness riskScore { value band } serpro { similarity status } }`;
      for (const [source, body] of [
        ['IDCLOUD', idcloud],
        ['PROCESSES_V1', processesV1],
      ] as const) {
        const { data, errors } = await readProcess(source, body, selection);
        expect(errors).toEqual([]);
        expect(data.process.verdict.decision).not.toBe('APPROVED');
      }
    },
  );
});
