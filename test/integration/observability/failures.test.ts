import { describe, expect, test } from 'vitest';
import { apiError } from '../../support/bodies.ts';
import { CREATE, journey, onboarding } from '../../support/create-process.ts';
import { startObservedSubgraph } from '../../support/observed-subgraph.ts';
import type { Reply } from '../../support/upstream.ts';

describe('a creation with an unknown outcome', () => {
  test.each([
    ['onboarding', onboarding, { body: '<html></html>' }, 'contract'],
    ['journey', journey, { body: '{}' }, 'contract'],
    ['onboarding', onboarding, { status: 202, body: '' }, 'contract'],
    ['journey', journey, { status: 500 }, 'unavailable'],
  ] satisfies [string, object, Reply, string][])(
    'a %s whose answer is data for the caller has a line in the log for the operator: %#',
    async (_form, input, reply, kind) => {
      const { subgraph, lines } = await startObservedSubgraph(() => reply);
      const { data } = await subgraph.ask(CREATE, { key: 'a-key', input });
      expect(data.createProcess.userErrors).toMatchObject([{ code: 'OUTCOME_UNKNOWN' }]);
      expect(lines().filter(({ event }) => event === 'failure')).toMatchObject([{ kind }]);
    },
  );

  test('a refusal that the caller corrects is not logged as a failure', async () => {
    const { subgraph, lines } = await startObservedSubgraph(() => ({ status: 400, body: apiError('20507') }));
    await subgraph.ask(CREATE, { key: 'a-key', input: onboarding });
    expect(lines().filter(({ event }) => event === 'failure')).toEqual([]);
  });
});

describe('a fault outside of an operation', () => {
  const ERROR = 'graphql_server_errors_total{code="INTERNAL_SERVER_ERROR"}';

  test('is answered with a code, logged and counted', async () => {
    const { subgraph, counted, post, lines } = await startObservedSubgraph(() => ({}), {
      authenticate: async () => {
        throw new TypeError('12345678909');
      },
    });
    for (const nth of [1, 2]) {
      const response = await post({ query: '{ __typename }' });
      if (response === 'left') throw new Error('expected a response');
      expect(response.status).toBe(500);
      expect(response.headers.get('content-type')).toContain('json');
      expect(await response.json()).toEqual({
        errors: [{ message: 'Internal server error', extensions: { code: 'INTERNAL_SERVER_ERROR' } }],
      });
      expect(await counted(ERROR)).toBe(nth);
    }
    expect(lines().map(({ event, name }) => [event, name])).toEqual([
      ['fault', 'TypeError'],
      ['fault', 'TypeError'],
    ]);
    expect((await fetch(`${subgraph.url}/livez`)).status).toBe(200);
  });

  test('a client that goes away while it sends its body is none', async () => {
    const { subgraph, counted, lines } = await startObservedSubgraph(() => ({}));
    const leaving = new AbortController();
    const body = new ReadableStream({
      start(controller) {
        controller.enqueue(new TextEncoder().encode('{"query":'));
        // The rest of the body never comes.
        setImmediate(() => leaving.abort());
      },
    });
    const sent = fetch(`${subgraph.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
      duplex: 'half',
      signal: leaving.signal,
    });
    await expect(sent).rejects.toMatchObject({ name: 'AbortError' });
    // Answered after the server has seen that the client has gone away.
    await subgraph.ask('{ __typename }');
    expect(await counted(ERROR)).toBe(0);
    expect(lines()).toEqual([]);
  });
});
