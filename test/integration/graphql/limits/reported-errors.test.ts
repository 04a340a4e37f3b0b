import { describe, expect, test } from 'vitest';
import {
  MAX_LIST_ITEMS,
  MAX_PROPERTIES,
  MAX_REPORTED_ERRORS,
} from '../../../../src/graphql/limits/limits.ts';
import { idcloudBody } from '../../../support/bodies.ts';
import { repeat } from '../../../support/limits.ts';
import { serverForFile } from '../../../support/server-for-file.ts';
import { openSubgraphOver } from '../../../support/subgraph-over.ts';

const server = serverForFile(() => openSubgraphOver(() => ({ body: idcloudBody() })));

describe('the limit of reported errors', () => {
  const tooMany: [string, string, Record<string, unknown>, string][] = [
    ['in the query', `{ ${repeat(3_000, (i) => `unknown${i}`)} }`, {}, 'GRAPHQL_VALIDATION_FAILED'],
    [
      'in the variables',
      'query ($ids: [ID!]!) { processes(ids: $ids) { state } }',
      { ids: Array.from({ length: MAX_LIST_ITEMS }, () => ({})) },
      'BAD_USER_INPUT',
    ],
    [
      'in the fields of an input',
      'mutation ($i: CreateProcessInput!) { createProcess(idempotencyKey: "k", input: $i) { replayed } }',
      { i: Object.fromEntries(Array.from({ length: MAX_PROPERTIES }, (_, i) => [`unknown${i}`, i])) },
      'BAD_USER_INPUT',
    ],
  ];

  test.each(tooMany)(
    'of the most mistakes %s that the other limits allow, MAX_REPORTED_ERRORS are reported and one error that there are more',
    async (_, query, variables, code) => {
      const { status, errors } = await server().subgraph.ask(query, variables);
      expect(status).toBe(400);
      expect(errors.map(({ extensions }) => extensions.code)).toEqual(
        Array(MAX_REPORTED_ERRORS + 1).fill(code),
      );
      expect(errors.at(-1)?.message).toMatch(/^Too many /);
      expect(server().upstream.calls()).toEqual([]);
    },
  );

  test('of 2,000 wrong references of a creation, at most 100 are reported as user errors', async () => {
    const reference = { referenceType: 'REFERENCE_TYPE_PROCESS_ID', referenceContent: 'x' };
    const references = Array.from({ length: MAX_LIST_ITEMS }, () => reference);
    const { data } = await server().subgraph.ask(
      `mutation ($i: CreateProcessInput!) {
        createProcess(idempotencyKey: "references", input: $i) { userErrors { code message field } }
      }`,
      { i: { transactional: { imageBase64: 'x', references } } },
    );
    expect(data.createProcess.userErrors.length).toBeGreaterThan(0);
    expect(data.createProcess.userErrors.length).toBeLessThanOrEqual(100);
  });
});
