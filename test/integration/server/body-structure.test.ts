import { describe, expect, test } from 'vitest';
import { MAX_STRUCTURAL_BYTES } from '../../../src/server/http-limits.ts';
import { idcloudBody } from '../../support/bodies.ts';
import { representations } from '../../support/limits.ts';
import { serverForFile } from '../../support/server-for-file.ts';
import { openSubgraphOver } from '../../support/subgraph-over.ts';

const server = serverForFile(() => openSubgraphOver(() => ({ body: idcloudBody() })));

const post = async (body: string): Promise<{ status: number; text: string }> => {
  const response = await fetch(`${server().subgraph.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body,
  });
  return { status: response.status, text: await response.text() };
};
const count = (body: string): number => body.match(/[{[,]/g)?.length ?? 0;

/** A body with this text in it. */
const bodyWith = (extra: string): string =>
  JSON.stringify({ query: '{ __typename }', extensions: { extra } });

describe('the limit of values in a body', () => {
  test.each(['{}', '[]', '"",', '1,', '{'])(
    'a body may have 50,000 of the characters that begin values and no more, also within texts: %s',
    async (value) => {
      const most = MAX_STRUCTURAL_BYTES - count(bodyWith(''));
      const perValue = count(value);
      expect((await post(bodyWith(value.repeat(most / perValue)))).status).toBe(200);
      const more = await post(bodyWith(value.repeat(most / perValue + 1)));
      expect(more.status).toBe(413);
      expect(JSON.parse(more.text)).toEqual({
        errors: [
          {
            message: `expected a body with at most ${MAX_STRUCTURAL_BYTES} of the characters "{", "[" and ",", got more: send less in one request`,
            extensions: { code: 'PAYLOAD_TOO_LARGE' },
          },
        ],
      });
    },
  );

  test('the largest operations that the other limits allow have a tenth of it', () => {
    const query = 'query ($r: [_Any!]!) { _entities(representations: $r) { ... on Process { id } } }';
    const entities = JSON.stringify({ query, variables: { r: representations(1_000) } });
    const fields = JSON.stringify({ query: `{${'a{b},'.repeat(1_000)}}` });
    for (const body of [entities, fields]) expect(count(body)).toBeLessThan(MAX_STRUCTURAL_BYTES / 10);
  });
});
