import { describe, expect, test } from 'vitest';
import { idcloudBody } from '../../support/bodies.ts';
import { creation, PROCESS } from '../../support/limits.ts';
import { serverForFile } from '../../support/server-for-file.ts';
import { openSubgraphOver } from '../../support/subgraph-over.ts';

const server = serverForFile(() => openSubgraphOver(() => ({ body: idcloudBody() })));

describe('requests that a page of another site could send', () => {
  const query = encodeURIComponent(`{ ${PROCESS} { state } }`);
  const mutation = 'mutation { forgetProcess(id: "x") { processId } }';
  const body = JSON.stringify({ query: `{ ${PROCESS} { state } }` });
  const form = new FormData();
  form.set('operations', body);
  form.set('map', '{}');
  const hash = { version: 1, sha256Hash: 'a'.repeat(64) };
  const JSON_TYPE = { 'content-type': 'application/json' };
  const PREFLIGHT = { 'apollo-require-preflight': 'true' };

  const requests: [string, string, RequestInit, number, string][] = [
    ['a GET', `?query=${query}`, {}, 400, 'BAD_REQUEST'],
    [
      'a GET of plain text',
      `?query=${query}`,
      { headers: { 'content-type': 'text/plain' } },
      400,
      'BAD_REQUEST',
    ],
    [
      'a GET with a mutation and a header that no form can send',
      `?query=${encodeURIComponent(mutation)}`,
      { headers: PREFLIGHT },
      405,
      'BAD_REQUEST',
    ],
    [
      'plain text',
      '',
      { method: 'POST', headers: { 'content-type': 'text/plain' }, body },
      415,
      'BAD_REQUEST',
    ],
    [
      'plain text whose content type names JSON as a parameter',
      '',
      { method: 'POST', headers: { 'content-type': 'text/plain; application/json' }, body },
      415,
      'BAD_REQUEST',
    ],
    ['a body without a content type', '', { method: 'POST', body: Buffer.from(body) }, 415, 'BAD_REQUEST'],
    [
      'a form',
      '',
      { method: 'POST', body: new URLSearchParams({ query: '{ __typename }' }) },
      415,
      'BAD_REQUEST',
    ],
    ['a multipart form', '', { method: 'POST', body: form }, 415, 'BAD_REQUEST'],
    [
      'a multipart form, with a header that no form can send',
      '',
      { method: 'POST', headers: PREFLIGHT, body: form },
      415,
      'BAD_REQUEST',
    ],
    [
      'a query as application/graphql',
      '',
      { method: 'POST', headers: { 'content-type': 'application/graphql' }, body: '{ __typename }' },
      415,
      'BAD_REQUEST',
    ],
    [
      'a batch of two operations',
      '',
      { method: 'POST', headers: JSON_TYPE, body: `[${body},${body}]` },
      400,
      'BAD_REQUEST',
    ],
    [
      'a batch of one operation',
      '',
      { method: 'POST', headers: JSON_TYPE, body: `[${body}]` },
      400,
      'BAD_REQUEST',
    ],
    ['an empty batch', '', { method: 'POST', headers: JSON_TYPE, body: '[]' }, 400, 'BAD_REQUEST'],
    [
      'a query to be stored under its hash',
      '',
      {
        method: 'POST',
        headers: JSON_TYPE,
        body: JSON.stringify({ query: '{ __typename }', extensions: { persistedQuery: hash } }),
      },
      200,
      'PERSISTED_QUERY_NOT_SUPPORTED',
    ],
    [
      'a GET with the hash of a query',
      `?extensions=${encodeURIComponent(JSON.stringify({ persistedQuery: hash }))}`,
      { headers: PREFLIGHT },
      200,
      'PERSISTED_QUERY_NOT_SUPPORTED',
    ],
  ];

  test.each(requests)('%s is rejected without a call to Unico', async (_, search, init, status, code) => {
    const response = await fetch(`${server().subgraph.url}/graphql${search}`, init);
    expect(await response.json()).toMatchObject({ errors: [{ extensions: { code } }] });
    expect(response.status).toBe(status);
    expect(server().upstream.calls()).toEqual([]);
  });
});

describe('the header accept', () => {
  test('a creation whose response the client could not accept is rejected with 406 before it is sent', async () => {
    const query = `mutation { ${creation()} { process { id } } }`;
    const { status, errors } = await server().subgraph.ask(query, {}, { accept: 'text/html' });
    expect(status).toBe(406);
    expect(errors[0]?.extensions.code).toBe('BAD_REQUEST');
    expect(server().upstream.calls()).toEqual([]);
  });
});
