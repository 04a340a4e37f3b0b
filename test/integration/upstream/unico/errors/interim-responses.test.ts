import type { Socket } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { ok, startRawUpstream } from '../../../../support/raw-upstream.ts';
import { createProcess, journey } from '../../../../support/create-process.ts';
import { startSubgraph, type Subgraph } from '../../../../support/subgraph.ts';
import { GET_IDCLOUD, ID } from '../../../../support/unico-client.ts';
import { unicoOf } from '../../../../support/unico.ts';

/** Starts a subgraph over a Unico that sends these bytes before each response, and counts the requests. */
async function subgraphAfter(interim: string): Promise<{ subgraph: Subgraph; requests: () => string[] }> {
  const requests: string[] = [];
  const respond = (socket: Socket): void => {
    let received = '';
    socket.on('data', (bytes) => {
      received += bytes.toString('latin1');
      if (!isWhole(received)) return;
      requests.push(received.slice(0, received.indexOf(' ')));
      received = '';
      for (const part of [interim, ...ok({}, JSON.stringify(GET_IDCLOUD.body))]) socket.write(part);
    });
  };
  const { url } = await startRawUpstream(respond);
  const subgraph = await startSubgraph(unicoOf({ url }));
  onTestFinished(() => subgraph.close());
  return { subgraph, requests: () => requests };
}

/** Whether a text is a whole request, with the body that it announces. */
function isWhole(text: string): boolean {
  const end = text.indexOf('\r\n\r\n');
  const length = Number(/^content-length: (\d+)/im.exec(text)?.[1] ?? 0);
  return end !== -1 && text.length >= end + 4 + length;
}

const READ = `{ process(id: "${ID}", source: IDCLOUD) { state } }`;

describe.each([
  ['102 Processing', 'HTTP/1.1 102 Processing\r\n\r\n'],
  ['103 Early Hints', 'HTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\n'],
  ['several', 'HTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 103 Early Hints\r\n\r\n'],
])('an interim response before the response (%s)', (_case, interim) => {
  test('it is ignored: reads and creations succeed', async () => {
    const { subgraph } = await subgraphAfter(interim);
    expect((await subgraph.ask(READ)).data.process).toEqual({ state: 'CREATED' });
    const { data } = await createProcess(subgraph, journey);
    expect(data.createProcess).toMatchObject({ process: { id: ID }, userErrors: [] });
  });
});

describe('100 Continue, which was not asked for', () => {
  const interim = 'HTTP/1.1 100 Continue\r\n\r\n';

  test('a read fails as if its connection had broken', async () => {
    const { subgraph } = await subgraphAfter(interim);
    const { errors } = await subgraph.ask(READ);
    expect(errors).toMatchObject([{ extensions: { code: 'UPSTREAM_UNAVAILABLE' } }]);
  });

  test('a creation, which Unico may carry out, has an unknown outcome and is sent once, also when it is repeated', async () => {
    const { subgraph, requests } = await subgraphAfter(interim);
    for (let call = 0; call < 3; call += 1) {
      const { data } = await createProcess(subgraph, journey);
      expect(data.createProcess).toMatchObject({ process: null, userErrors: [{ code: 'OUTCOME_UNKNOWN' }] });
    }
    expect(requests()).toEqual(['POST']);
  });
});
