import { describe, expect, onTestFinished, test } from 'vitest';
import { MAX_PLAIN_BODY_BYTES } from '../../../../src/graphql/limits/limits.ts';
import { MAX_BODY_BYTES } from '../../../../src/server/http-limits.ts';
import { idcloudBody } from '../../../support/bodies.ts';
import { READER } from '../../../support/limits.ts';
import { serverForFile } from '../../../support/server-for-file.ts';
import { openSubgraphOver } from '../../../support/subgraph-over.ts';
import { startSubgraph } from '../../../support/subgraph.ts';
import { unicoOf } from '../../../support/unico.ts';

const server = serverForFile(() => openSubgraphOver(() => ({ body: idcloudBody() })));

describe('the limit of the body size', () => {
  const JSON_TYPE = { 'content-type': 'application/json' };

  /** Sends a body, padded with spaces to this many bytes. */
  async function send(
    url: string,
    body: object,
    bytes: number,
  ): Promise<{ status: number; data: unknown; errors: { message: string; extensions: { code: string } }[] }> {
    const text = JSON.stringify(body);
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: JSON_TYPE,
      body: text + ' '.repeat(bytes - Buffer.byteLength(text)),
    });
    const { data, errors = [] } = (await response.json()) as Awaited<ReturnType<typeof send>>;
    return { status: response.status, data, errors };
  }

  const CREATE = `createProcess(idempotencyKey: "key", input: { journey: { flow: "", callbackUri: "" } }) { replayed }`;
  const SET = `setProcessDocument(input: { processId: "", duiType: BR_CPF, duiValue: "" }) { userErrors { code } }`;

  const plain: [string, object][] = [
    ['a query', { query: '{ __typename }' }],
    ['a query with the name createProcess', { query: 'query createProcess { createProcess: __typename }' }],
    ['another mutation', { query: `mutation { ${SET} }` }],
    [
      'another mutation with the name and alias createProcess',
      { query: `mutation createProcess { createProcess: ${SET} }` },
    ],
    [
      'a query next to a creation that is not executed',
      { query: `mutation Create { ${CREATE} } query Ask { __typename }`, operationName: 'Ask' },
    ],
  ];

  test.each(plain)(
    'a body with %s is accepted up to 256 KiB and rejected at one byte more',
    async (_, body) => {
      expect(await send(server().subgraph.url, body, MAX_PLAIN_BODY_BYTES)).toMatchObject({
        status: 200,
        errors: [],
      });
      expect(await send(server().subgraph.url, body, MAX_PLAIN_BODY_BYTES + 1)).toMatchObject({
        status: 413,
        errors: [
          {
            message: `expected a body of at most ${MAX_PLAIN_BODY_BYTES} bytes, because only createProcess sends images; got ${MAX_PLAIN_BODY_BYTES + 1}`,
            extensions: { code: 'PAYLOAD_TOO_LARGE' },
          },
        ],
      });
      expect(server().upstream.calls()).toEqual([]);
    },
  );

  const large: [string, object][] = [
    ['a creation', { query: `mutation { ${CREATE} }` }],
    ['a creation under an alias', { query: `mutation { other: ${CREATE} }` }],
    ['a creation next to another mutation', { query: `mutation { ${SET} ${CREATE} }` }],
    [
      'a creation that operationName selects out of several operations',
      { query: `mutation Create { ${CREATE} } query Ask { __typename }`, operationName: 'Create' },
    ],
    ['a creation in an inline fragment', { query: `mutation { ... on Mutation { ${CREATE} } }` }],
    ['a creation in a fragment', { query: `mutation { ...F } fragment F on Mutation { ... { ${CREATE} } }` }],
  ];

  test.each(large)(
    'a body with %s is accepted up to 8 MiB and rejected at one byte more',
    async (_, body) => {
      expect(await send(server().subgraph.url, body, MAX_BODY_BYTES)).toMatchObject({
        status: 200,
        errors: [],
      });
      expect(await send(server().subgraph.url, body, MAX_BODY_BYTES + 1)).toMatchObject({
        status: 413,
        errors: [
          {
            message: `expected a body of at most ${MAX_BODY_BYTES} bytes, got a larger one: send fewer images`,
            extensions: { code: 'PAYLOAD_TOO_LARGE' },
          },
        ],
      });
      expect(server().upstream.calls()).toEqual([]);
    },
  );

  test('any body of a caller without identity:write is accepted up to 256 KiB and rejected at one byte more', async () => {
    const reader = await startSubgraph(unicoOf(server().upstream), { authenticate: async () => READER });
    onTestFinished(() => reader.close());
    for (const body of [{ query: '{ __typename }' }, { query: `mutation { ${CREATE} }` }]) {
      expect(await send(reader.url, body, MAX_PLAIN_BODY_BYTES)).toMatchObject({ status: 200 });
      expect(await send(reader.url, body, MAX_PLAIN_BODY_BYTES + 1)).toMatchObject({
        status: 413,
        errors: [
          {
            message: `expected a body of at most ${MAX_PLAIN_BODY_BYTES} bytes, got a larger one: images need a token with the scope identity:write`,
            extensions: { code: 'PAYLOAD_TOO_LARGE' },
          },
        ],
      });
    }
  });

  test('a large body of several operations without an operationName is rejected', async () => {
    const query = `mutation Create { ${CREATE} } query Ask { __typename }`;
    expect((await send(server().subgraph.url, { query }, MAX_PLAIN_BODY_BYTES + 1)).status).toBe(413);
  });
});
