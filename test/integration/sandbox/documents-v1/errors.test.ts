import { afterAll, beforeAll, expect, test } from 'vitest';
import { jwtPart, SandboxClient } from '../../../support/sandbox-client.ts';
import type { SandboxResponse } from '../../../support/sandbox-client.ts';
import { apiError, codeOf, statusAndJson } from '../../../support/sandbox-requests.ts';

let client: SandboxClient;

beforeAll(async () => {
  client = await SandboxClient.start();
});

afterAll(() => client.close());

/** The code table of upstream.md §S4. */
const DOCUMENTED_ERRORS: Record<string, [status: number, message: string]> = {
  '20507': [400, 'O parâmetro subject.code é inválido.'],
  '20002': [400, 'O parâmetro APIKey não foi informado.'],
  '20001': [400, 'O parâmetro authtoken não foi informado.'],
  '30020': [403, 'The provided authorization token does not have permission to perform this action.'],
  '30017': [403, 'User does not have permission to perform this action.'],
  '10502': [403, 'O token informado está expirado.'],
  '10501': [403, 'O token informado é inválido.'],
  '10201': [403, 'O AppKey informado é inválido.'],
  '99987': [404, 'Attachment not found.'],
  '50001': [404, 'The process is not found.'],
  '99999': [500, 'Internal failure! Try again later.'],
};

const PATH = '/documents/v1?code=12345678909&type=BR_CNH';
const withHeaders = (headers: Record<string, string>) => client.call('api', PATH, { headers });
const apiKey = () => client.apiKey('document');
const find = (query: string) => client.api('GET', `/documents/v1?${query}`, { useCase: 'document' });
const findFor = (scenario: string) => find(`type=BR_CNH&code=${codeOf(scenario)}`);

/** With a token that was issued an hour ago. */
async function withExpiredToken(): Promise<SandboxResponse> {
  const headers = { ...client.bearer(), ...apiKey() };
  await client.advance(3_600_000);
  return withHeaders(headers);
}

/** A JWT that the sandbox did not issue. */
const FOREIGN = `${jwtPart({ alg: 'HS256', typ: 'JWT' })}.${jwtPart({ aud: 'unico' })}.c2lnbmF0dXJl`;

const CASES: [code: string, defect: string, send: () => Promise<SandboxResponse>][] = [
  ['20001', 'a missing token', () => withHeaders(apiKey())],
  ['20002', 'a missing APIKEY', () => withHeaders(client.bearer())],
  ['30017', 'a malformed token', () => withHeaders({ ...apiKey(), authorization: 'Bearer x' })],
  [
    '10501',
    'a token of another issuer',
    () => withHeaders({ ...apiKey(), authorization: `Bearer ${FOREIGN}` }),
  ],
  ['10502', 'an expired token', withExpiredToken],
  ['10201', 'an unknown APIKEY', () => withHeaders({ ...client.bearer(), apikey: 'x' })],
  ['30017', 'the APIKEY of another use case', () => client.api('GET', PATH, { useCase: 'age' })],
  ['20507', 'a missing code', () => find('type=BR_CNH')],
  ['20507', 'wrong check digits', () => find('code=12345678901&type=BR_CNH')],
  ['20507', 'a CPF that Unico does not know', () => findFor('unknown-cpf')],
  ['30020', 'a person without access to document selfies', () => findFor('reusable-forbidden')],
  ['99987', 'a lost attachment', () => findFor('reusable-attachment-gone')],
  ['50001', 'an empty result that is an error', () => findFor('reusable-not-found')],
  ['99999', 'an internal failure', () => findFor('internal-error')],
];

test.each(CASES)('GET documents/v1 refuses with %s %s', async (code, _defect, send) => {
  const [status, message] = DOCUMENTED_ERRORS[code] ?? [0, ''];
  expect(statusAndJson(await send())).toEqual(apiError(status, code, message));
});

test('GET documents/v1 can respond with every code of upstream.md §S4', () => {
  expect([...new Set(CASES.map(([code]) => code))].toSorted()).toEqual(Object.keys(DOCUMENTED_ERRORS));
});

test.each(['', 'DUI_TYPE_BR_CPF', 'unico.moja.dictionary.br.cnh.v2.Cnh', 'toString'])(
  'GET documents/v1 refuses the unknown type "%s" with 20003',
  async (type) => {
    const response = await find(`code=12345678909&type=${type}`);
    expect([response.status, response.json.error.code]).toEqual([400, '20003']);
  },
);
