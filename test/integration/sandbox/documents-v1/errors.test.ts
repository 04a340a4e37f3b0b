import { afterAll, beforeAll, expect, test } from 'vitest';
import { IDENTITIES } from '../../../../sandbox/identities/index.ts';
import { enveloped, outcome, startKit } from '../../../support/sandbox-client.ts';
import type { Answer, Kit } from '../../../support/sandbox-client.ts';

let kit: Kit;

beforeAll(async () => {
  kit = await startKit();
});

afterAll(() => kit.close());

/** The code table of S4. */
const seedTable: Record<string, [status: number, message: string]> = {
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

const path = '/documents/v1?code=12345678909&type=BR_CNH';
const headers = (given: Record<string, string>) => kit.call('api', 'GET', path, { headers: given });
const bearer = () => ({ authorization: `Bearer ${kit.token}` });
const apikey = () => ({ apikey: kit.sandbox.credentials.apiKeys.document });
const ask = (query: string) => kit.api('GET', `/documents/v1?${query}`, undefined, 'document');
const askFor = (scenario: string) =>
  ask(`type=BR_CNH&code=${IDENTITIES.find((row) => row.scenario === scenario)?.code}`);

async function anHourLater(): Promise<Answer> {
  const given = { ...bearer(), ...apikey() };
  kit.clock.nowMs += 3_600_000;
  const answer = await headers(given);
  await kit.renewToken();
  return answer;
}

const cases: [code: string, why: string, send: () => Promise<Answer>][] = [
  ['20001', 'no token', () => headers(apikey())],
  ['20002', 'no APIKEY', () => headers(bearer())],
  ['10501', 'a wrong token', () => headers({ ...apikey(), authorization: 'Bearer x' })],
  ['10502', 'a token of an hour ago', anHourLater],
  ['10201', 'a wrong key', () => headers({ ...bearer(), apikey: 'x' })],
  ['30017', 'the key of another use case', () => kit.api('GET', path, undefined, 'age')],
  ['20507', 'no code', () => ask('type=BR_CNH')],
  ['20507', 'wrong check digits', () => ask('code=12345678901&type=BR_CNH')],
  ['20507', 'a CPF that Unico does not know', () => askFor('unknown-cpf')],
  ['30020', 'no access to document selfies', () => askFor('reusable-forbidden')],
  ['99987', 'a lost attachment', () => askFor('reusable-attachment-gone')],
  ['50001', 'nothing found, said as an error', () => askFor('reusable-not-found')],
  ['99999', 'an internal failure', () => askFor('internal-error')],
];

test.each(cases)('%s is the answer to %s', async (code, _why, send) => {
  const [status, message] = seedTable[code] ?? [0, ''];
  expect(outcome(await send())).toEqual(enveloped(status, code, message));
});

test('no code of S4 is out of reach', () => {
  expect([...new Set(cases.map(([code]) => code))].toSorted()).toEqual(Object.keys(seedTable));
});

test.each(['', 'DUI_TYPE_BR_CPF', 'unico.moja.dictionary.br.cnh.v2.Cnh', 'toString'])(
  'type "%s" is none of the four',
  async (type) => {
    const answer = await ask(`code=12345678909&type=${type}`);
    expect([answer.status, answer.json.error.code]).toEqual([400, '20003']);
  },
);
