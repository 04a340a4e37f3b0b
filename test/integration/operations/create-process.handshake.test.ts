import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { createServer as createTlsServer, getCACertificates, setDefaultCACertificates } from 'node:tls';
import { expect, onTestFinished, test } from 'vitest';
import { createCertificate } from '../../support/certificate.ts';
import { createProcess, journey } from '../../support/create-process.ts';
import { startLog } from '../../support/log.ts';
import { startSubgraph } from '../../support/subgraph.ts';
import { CREATE_JOURNEY } from '../../support/unico-client.ts';
import { unicoOf } from '../../support/unico.ts';
import { startUpstream, type Upstream } from '../../support/upstream.ts';

/** Starts a TLS proxy in front of an upstream that resets the first connection in its handshake. */
async function startResettingTls(upstream: Upstream): Promise<string> {
  const { cert, key } = createCertificate();
  const usual = getCACertificates('default');
  setDefaultCACertificates([...usual, cert.toString()]);
  const secure = createTlsServer({ cert, key }, (socket) => {
    const behind = connect(Number(new URL(upstream.url).port), '127.0.0.1');
    socket.pipe(behind).pipe(socket);
    for (const end of [socket, behind]) end.on('error', () => {});
  });
  let connections = 0;
  const server = createServer((socket) => {
    socket.on('error', () => {});
    connections += 1;
    if (connections === 1) socket.once('data', () => socket.resetAndDestroy());
    else secure.emit('connection', socket);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  onTestFinished(() => {
    setDefaultCACertificates(usual);
    server.close();
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return `https://localhost:${address.port}`;
}

test('a creation whose TLS handshake is reset was not sent: its key is free, and the log has the reason', async () => {
  const upstream = await startUpstream(() => ({ body: CREATE_JOURNEY.body }));
  const { logger, lines } = startLog('warn');
  const url = await startResettingTls(upstream);
  const subgraph = await startSubgraph(unicoOf({ url }), { logger });
  onTestFinished(async () => {
    await subgraph.close();
    await upstream.close();
  });

  const failed = await createProcess(subgraph, journey, 'a-key');
  expect(failed.data?.createProcess ?? null).toBeNull();
  expect(failed.errors).toMatchObject([{ extensions: { code: 'UPSTREAM_UNAVAILABLE' } }]);
  expect(lines()).toContainEqual(
    expect.objectContaining({
      event: 'failure',
      kind: 'unavailable',
      message: 'POST client/v1/process: no connection (ECONNRESET); nothing was sent',
    }),
  );
  expect(upstream.requests).toEqual([]);

  const again = await createProcess(subgraph, journey, 'a-key');
  expect(again.data.createProcess).toMatchObject({ process: { id: expect.any(String) }, userErrors: [] });
  expect(upstream.calls()).toEqual(['POST /client/v1/process']);
});
