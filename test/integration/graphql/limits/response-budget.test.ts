import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ID, idcloudBody } from '../../../support/bodies.ts';
import { READER, repeat, representations } from '../../../support/limits.ts';
import { startSubgraph, type Subgraph } from '../../../support/subgraph.ts';
import { unicoOf } from '../../../support/unico.ts';
import { startUpstream, type Upstream } from '../../../support/upstream.ts';

const entities = (fields: string, more = ''): string =>
  `query ($r: [_Any!]!${more}) { _entities(representations: $r) { ... on Process { ${fields} } } }`;

/** This many errors cost a quarter of a second, and are more than any client reads. */
const MANY = 5_000;

/** How many fields there are in a response. */
function countFields(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  const below = Object.values(value).reduce((sum: number, each) => sum + countFields(each), 0);
  return Array.isArray(value) ? below : below + Object.keys(value).length;
}

const DOCUMENT = { doc_id: 'document', signed_url: 'https://example.com/x', doc: { code: 'CNH' } };
const SERVICE = { envelopeId: 'envelope', documents: Array.from({ length: 20 }, () => DOCUMENT) };
const SOME = 'id code version typified cpfMatch faceMatch validated reused';
const PERSONAL =
  'signedUrl signedUrls signedUrlExpiresAt data number holderName cpf birthDate expiresOn category';
/** Lists within lists, under many aliases. */
const documents = (fields: string): string =>
  repeat(45, (i) => `a${i}: services { documents { ${fields} } }`);

describe('the budget of a response', () => {
  let upstream: Upstream;
  let unlimited: Subgraph;
  let reader: Subgraph;
  beforeAll(async () => {
    upstream = await startUpstream(() => ({
      body: idcloudBody(ID, { person: { friendlyName: 'Luke' }, services: [SERVICE, SERVICE] }),
    }));
    unlimited = await startSubgraph(unicoOf(upstream));
    reader = await startSubgraph(unicoOf(upstream), { authenticate: async () => READER });
  });
  afterAll(async () => {
    await unlimited.close();
    await reader.close();
    await upstream.close();
  });

  // 20 x 45 x (1 + 2 x (1 + 20 x 18)) are 650,000 fields, for a query of 945. For a thousand entities it would be fifty
  // times that, a response that no memory holds.
  test('a query of 650,000 fields within all limits of documents is answered with at most 100,000 fields', async () => {
    const answer = await unlimited.ask(entities(documents(`${SOME} ${PERSONAL}`)), {
      r: representations(20),
    });
    expect(countFields(answer.data)).toBeLessThanOrEqual(100_000);
    expect(answer.errors.map(({ extensions }) => extensions.code)).toContain('BAD_USER_INPUT');
  });

  const failing: [string, number, string, object][] = [
    ['in a thousand processes', 1_000, entities(documents(PERSONAL)), {}],
    ['in lists of one process', 1, entities(documents(PERSONAL)), {}],
    [
      'in a fragment that is spread many times',
      200,
      `${entities(repeat(45, (i) => `a${i}: person { ...F }`))} fragment F on Person { duiValue friendlyName }`,
      {},
    ],
  ];
  test.each(failing)(
    'fields that the caller may not see, %s, are answered with at most 5,000 errors',
    async (_, count, query, variables) => {
      const { errors } = await reader.ask(query, { r: representations(count), ...variables });
      expect(errors.length).toBeGreaterThan(0);
      expect(errors.length).toBeLessThanOrEqual(MANY);
    },
  );
});
