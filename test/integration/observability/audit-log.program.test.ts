import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { ID } from '../../support/bodies.ts';
import { respond } from '../../support/personal-reads.ts';
import { killPrograms, startProgram } from '../../support/program.ts';
import { ask as askServer, type Answer } from '../../support/subgraph.ts';
import { startTokenIssuer } from '../../support/token-issuer.ts';
import { startUpstream } from '../../support/upstream.ts';

/** Writes a hundred lines as the program does, and is killed before anything else can happen. */
const WRITE_AND_DIE = `
  const [{ createAuditLog }, { STANDARD_OUTPUT }] = await Promise.all([
    import('${new URL('../../../src/observability/audit-log.ts', import.meta.url).href}'),
    import('${new URL('../../../src/observability/log-output.ts', import.meta.url).href}'),
  ]);
  const audit = createAuditLog(STANDARD_OUTPUT);
  for (let i = 0; i < 100; i += 1) {
    void audit.write({ name: 'luke' }, { event: 'forgotten', process: '${ID}' }, new AbortController().signal);
  }
  process.kill(process.pid, 'SIGKILL');`;

test('the audit log is written synchronously, so that no response is sent before its line', () => {
  const { stdout, signal } = spawnSync(process.execPath, ['--input-type=module', '-e', WRITE_AND_DIE], {
    encoding: 'utf8',
  });
  expect(signal).toBe('SIGKILL');
  expect(stdout.match(/"event":"forgotten"/g)).toHaveLength(100);
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

test.each([
  ['silent', false],
  ['error', false],
  ['info', true],
])(
  'the program writes the audit log with LOG_LEVEL=%s, as JSON and without values',
  async (level, othersToo) => {
    onTestFinished(killPrograms);
    const upstream = await startUpstream(respond);
    onTestFinished(() => upstream.close());
    const issuer = await startTokenIssuer();
    onTestFinished(() => issuer.close());
    const port = await freePort();
    const program = startProgram({
      PORT: String(port),
      LOG_LEVEL: level,
      UNICO_ENVIRONMENT: 'uat',
      UNICO_IDCLOUD_URL: upstream.url,
      UNICO_API_URL: upstream.url,
      UNICO_IDENTITY_URL: upstream.url,
      UNICO_ACCESS_TOKEN: 'a-token',
      UNICO_APIKEY_DOCUMENT: 'a-key',
      JWT_JWKS_URL: issuer.tokens.jwksUrl,
      JWT_ISSUER: issuer.tokens.issuer,
      JWT_AUDIENCE: issuer.tokens.audience,
    });
    const url = `http://127.0.0.1:${port}`;
    // At some levels the program does not log that it listens.
    await expect
      .poll(
        () =>
          fetch(`${url}/livez`).then(
            ({ status }) => status,
            () => null,
          ),
        { timeout: 20_000 },
      )
      .toBe(200);
    const authorization = `Bearer ${await issuer.issue({ sub: 'luke', scope: 'identity:read identity:pii identity:write' })}`;
    const ask = (query: string): Promise<Answer> => askServer(url, query, {}, { authorization });
    const answers = [
      await ask(`{ process(id: "${ID}") { person { duiValue } documents { number holderName } } }`),
      await ask('{ reusableDocuments(code: "73689290074", type: BR_CNH) { documentId } }'),
      await ask(`mutation { forgetProcess(id: "${ID}") { processId } }`),
      // Users paste phone numbers into wrong fields, and this field accepts almost anything.
      await ask('mutation { forgetProcess(id: "5519972570707") { processId } }'),
      await ask(`{ process(id: "${ID}") { state } }`),
    ];
    expect(answers.flatMap(({ errors }) => errors)).toEqual([]);
    program.signal('SIGTERM');
    expect(await program.ended).toBe(0);

    const written = program.output().trim().split('\n');
    const audit = written.filter((text) => text.includes('"msg":"audit"'));
    const common = {
      level: 30,
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
      caller: 'luke',
      msg: 'audit',
    };
    expect(audit.map((text): unknown => JSON.parse(text))).toEqual([
      { ...common, event: 'personal-read', process: ID, fields: expect.any(Array) },
      { ...common, event: 'personal-read', process: null, fields: ['Query.reusableDocuments'] },
      { ...common, event: 'forgotten', process: ID },
      { ...common, event: 'forgotten', process: '…' },
    ]);
    const [first = ''] = audit;
    expect((JSON.parse(first) as { fields: string[] }).fields.toSorted()).toEqual([
      'Document.holderName',
      'Document.number',
      'Person.duiValue',
    ]);
    // Other lines are written only where the level permits.
    expect(written.length > audit.length).toBe(othersToo);
    for (const value of [
      '12345678909',
      '73689290074',
      '5519972570707',
      'Luke',
      '044589731564',
      'doc-abc-123',
    ]) {
      expect(program.output()).not.toContain(value);
    }
  },
);
