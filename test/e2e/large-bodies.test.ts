import { once } from 'node:events';
import { request, type ClientRequest, type IncomingMessage } from 'node:http';
import { afterEach, expect, onTestFinished, test } from 'vitest';
import { MAX_BODIES_BYTES, MAX_BODY_BYTES } from '../../src/server/http-limits.ts';
import { killPrograms, startReplica } from '../support/replica.ts';
import { startTokenIssuer } from '../support/token-issuer.ts';
import { startUpstream } from '../support/upstream.ts';

afterEach(killPrograms);

/** A query in a body as large as one may be. It is refused (413), but not before it is read: only creations may be so large. */
const LARGE = Buffer.from('{"query":"{ __typename }"}'.padEnd(MAX_BODY_BYTES));

/** Some 120 MB are those of the program, and a body in pieces takes more than its bytes while it is put together. */
const MAX_RSS_BYTES = 320 * 1024 * 1024 + MAX_BODIES_BYTES;

/** How many large bodies the greedy client sends: together almost four times its part of the memory. */
const GREEDY = 60;

/** Sends the last byte, and returns the status of the response. */
async function end(begun: ClientRequest): Promise<number | undefined> {
  begun.end(LARGE.subarray(-1));
  const [response] = (await once(begun, 'response')) as [IncomingMessage];
  response.resume();
  return response.statusCode;
}

test('a client that sends sixty large bodies and does not end them takes the memory of sixteen; all are answered', async () => {
  const [upstream, issuer] = await Promise.all([startUpstream(() => ({ status: 500 })), startTokenIssuer()]);
  onTestFinished(async () => void (await Promise.all([upstream.close(), issuer.close()])));
  const { jwksUrl, issuer: name, audience } = issuer.tokens;
  const replica = await startReplica(upstream, {
    JWT_JWKS_URL: jwksUrl,
    JWT_ISSUER: name,
    JWT_AUDIENCE: audience,
  });
  /** Sends all of a body but its last byte. */
  const begin = async (clientId: string): Promise<ClientRequest> => {
    const token = await issuer.issue({ client_id: clientId, scope: 'identity:read identity:write' });
    const headers = {
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
      'content-length': LARGE.length,
    };
    const begun = request(`${replica.url}/graphql`, { method: 'POST', headers });
    // Where the test fails, the program ends before these requests.
    begun.on('error', () => {});
    begun.write(LARGE.subarray(0, -1));
    return begun;
  };
  const greedy = await Promise.all(Array.from({ length: GREEDY }, () => begin('greedy')));
  // What another client sends later is read to its end, so what could be read of the others has been read.
  expect(await end(await begin('other'))).toBe(413);
  expect(await replica.metric('process_resident_memory_bytes')).toBeLessThan(MAX_RSS_BYTES);
  const statuses = await Promise.all(greedy.map(end));
  expect(new Set(statuses)).toEqual(new Set([413]));
}, 60_000);
