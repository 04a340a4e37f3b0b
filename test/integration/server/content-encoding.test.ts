import { describe, expect, test } from 'vitest';
import { idcloudBody } from '../../support/bodies.ts';
import { exchange } from '../../support/connection.ts';
import { serverForFile } from '../../support/server-for-file.ts';
import { openSubgraphOver } from '../../support/subgraph-over.ts';

const server = serverForFile(() => openSubgraphOver(() => ({ body: idcloudBody() })));

const QUERY = '{"query":"{ __typename }"}';

/** Sends a plain body with this line of headers as it stands. Returns the status. */
async function statusWith(line: string): Promise<number> {
  const received = await exchange(
    server().subgraph.url,
    `POST /graphql HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-type: application/json\r\n${line}\r\ncontent-length: ${QUERY.length}\r\n\r\n${QUERY}`,
  );
  return Number(/^HTTP\/1\.1 (\d{3})/.exec(received)?.[1]);
}

describe('the Content-Encoding of a request', () => {
  test.each([
    'content-encoding:',
    'content-encoding:   ',
    'Content-Encoding: identity',
    'content-encoding: IDENTITY ',
    'content-encoding: identity, identity',
    'content-encoding: ,',
    'content-encoding: identity,',
    'content-encoding:\r\ncontent-encoding: identity',
  ])('a plain body with %j is read', async (line) => {
    expect(await statusWith(line)).toBe(200);
  });

  test.each([
    'content-encoding: gzip',
    'content-encoding: identity, gzip',
    'content-encoding:\r\ncontent-encoding: br',
    'content-encoding: identityx',
    'content-encoding: none',
  ])('a body with %j is rejected, and not read as it is', async (line) => {
    expect(await statusWith(line)).toBe(415);
  });
});
