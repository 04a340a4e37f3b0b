import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, onTestFinished, test } from 'vitest';
import { selfieBase64 } from '../../sandbox/lib/selfie.ts';
import { randomDataKey } from '../../src/storage/encryption/data-key.ts';
import { ID, idcloudBody } from '../support/bodies.ts';
import { connectTo, killPrograms, remote, startProgram, urlOf, type Program } from '../support/program.ts';
import { ask } from '../support/subgraph.ts';
import { startUpstream, type Reply, type Upstream } from '../support/upstream.ts';

afterEach(killPrograms);

/** Starts the program and waits until it listens. */
async function started(variables: Record<string, string> = {}): Promise<Program> {
  const program = startProgram(variables);
  await program.printed('"event":"listening"');
  return program;
}

/** Starts a Unico that answers so, until the end of the test. */
async function startUnico(answer: () => Reply | Promise<Reply>): Promise<Upstream> {
  const upstream = await startUpstream(answer);
  onTestFinished(() => upstream.close());
  return upstream;
}

/** A path in a new folder, which is removed at the end of the test. */
function inOwnFolder(name: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'store-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return join(folder, name);
}

/** How many processes the store in a file has cached. */
function cachedProcesses(file: string): number {
  const database = new DatabaseSync(file, { readOnly: true });
  try {
    return database.prepare("SELECT name FROM entries WHERE name LIKE 'process.%'").all().length;
  } finally {
    database.close();
  }
}

describe('the program without any variable', () => {
  test('the program without any variable starts with the sandbox and prints a query that works', async () => {
    const program = await started();
    const output = program.output();
    expect(output).toContain('sandbox');
    expect(output).toContain('Every caller has all scopes');
    const [, url = '', body = ''] = /curl -s (\S+) .*?-d '(.*?)'/s.exec(output) ?? [];
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
    });
    expect(await response.json()).toEqual({
      data: {
        process: {
          state: 'FINISHED',
          verdict: {
            decision: 'APPROVED',
            reasons: [{ code: 'SCORE_STRONG', message: 'Your identity was confirmed.' }],
          },
        },
      },
    });
    program.signal('SIGTERM');
    expect(await program.ended).toBe(0);
  });
});

describe('the program as the README starts it', () => {
  test('every curl of the README is answered without an error, and its mutation once more with replayed', async () => {
    const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
    const bodies = [...readme.matchAll(/^    curl [^']*'[^']*'(?: \\\n *)? -d '([^']+)'$/gm)].map(
      ([, body = '']) => body,
    );
    expect(bodies).toHaveLength(2);
    const url = urlOf(await started());
    const post = async (body: string) => {
      const response = await fetch(`${url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body,
      });
      return (await response.json()) as {
        data: { createProcess?: { replayed: boolean } };
        errors?: unknown;
      };
    };
    for (const body of bodies) expect((await post(body)).errors).toBeUndefined();
    const [query = '', mutation = ''] = bodies;
    expect((await post(query)).data).toEqual({
      process: { state: 'FINISHED', verdict: expect.objectContaining({ decision: 'APPROVED' }) },
    });
    expect((await post(mutation)).data.createProcess).toMatchObject({
      replayed: true,
      process: { id: expect.any(String), verdict: { decision: 'PENDING' } },
      userErrors: [],
    });
  });

  test('the program ends with npm when npm gets SIGTERM, and releases its port', async () => {
    const program = startProgram({}, 'npm');
    await program.printed('"event":"listening"');
    const url = urlOf(program);
    program.signal('SIGTERM');
    await program.printed('"event":"stopped"');
    await program.ended;
    await expect(fetch(`${url}/livez`)).rejects.toThrow('fetch failed');
  });
});

describe('a store in a file', () => {
  test('a store in a file is created with its folder and its key, for their owner alone, and survives SIGKILL', async () => {
    const folder = inOwnFolder('data');
    const upstream = await startUnico(() => ({ body: idcloudBody() }));
    const variables = { ...remote(upstream), STORE_URL: `sqlite:${folder}/store.sqlite` };
    const query = `{ process(id: "${ID}") { verdict { decision } } }`;

    const program = await started(variables);
    expect((await ask(urlOf(program), query)).errors).toEqual([]);
    for (const file of ['store.sqlite', 'data-key']) {
      expect(statSync(join(folder, file)).mode & 0o777).toBe(0o600);
    }
    // The program caches a process after its response.
    await expect.poll(() => cachedProcesses(join(folder, 'store.sqlite')), { interval: 5 }).toBe(1);
    program.signal('SIGKILL');
    await program.ended;
    await upstream.close();

    const again = await started(variables);
    const { data } = await ask(urlOf(again), query);
    expect(data.process).toEqual({ verdict: { decision: 'APPROVED' } });
  });

  test('a store in a file is rejected under another key, in one line that names the variable', async () => {
    const file = inOwnFolder('store.sqlite');
    const variables = { STORE_URL: `sqlite:${file}`, DATA_KEY: randomDataKey().toString('base64') };
    const program = await started(variables);
    program.signal('SIGTERM');
    await program.ended;
    const other = startProgram({ ...variables, DATA_KEY: randomDataKey().toString('base64') });
    expect(await other.ended).toBe(1);
    expect(other.output()).toMatch(/^DATA_KEY: the data in STORE_URL was encrypted with another key: .*\n$/);
  });
});

describe('a wrong configuration', () => {
  test('a wrong configuration is reported in one message that lists every problem, and the program does not listen', async () => {
    const program = startProgram({
      NODE_ENV: 'production',
      PORT: 'many',
      UNICO_CONTRACTS: 'idcloud,legacy',
      UNICO_API_URL: 'http://example.com/path',
      REQUEST_TIMEOUT_MS: '-1',
      LOG_LEVEL: 'loud',
      UNICO_PRIVATE_KEY: 'secret-but-no-key',
    });
    expect(await program.ended).toBe(1);
    const output = program.output();
    for (const name of [
      'UNICO_ENVIRONMENT',
      'PORT',
      'UNICO_CONTRACTS',
      'UNICO_API_URL',
      'REQUEST_TIMEOUT_MS',
      'LOG_LEVEL',
    ]) {
      expect(output).toContain(`- ${name}: expected`);
    }
    expect(output).not.toContain('listening');
    expect(output).not.toContain('secret-but-no-key');
    expect(output).not.toContain('    at ');
  });

  test('the sandbox is rejected in production', async () => {
    const program = startProgram({ NODE_ENV: 'production', UNICO_ENVIRONMENT: 'sandbox' });
    expect(await program.ended).toBe(1);
    expect(program.output()).toContain('UNICO_ENVIRONMENT: expected uat or production');
  });

  test('a port that is taken ends the program', async () => {
    const first = await started();
    const second = startProgram({ PORT: new URL(urlOf(first)).port });
    expect(await second.ended).toBe(1);
    expect(second.output()).toContain('EADDRINUSE');
  });
});

describe('a running program', () => {
  test('a program that gets SIGTERM finishes its requests, accepts no new ones and exits with 0', async () => {
    const { promise: reached, resolve: reach } = Promise.withResolvers<void>();
    const { promise: released, resolve: release } = Promise.withResolvers<void>();
    const upstream = await startUnico(async () => {
      reach();
      await released;
      return { body: idcloudBody() };
    });
    const program = await started(remote(upstream));
    const url = urlOf(program);
    const inFlight = ask(url, `{ process(id: "${ID}") { state } }`);
    await reached;
    program.signal('SIGTERM');
    await program.printed('"event":"stopping"');
    await expect.poll(() => connectTo(url)).toBe('refused');
    release();
    expect((await inFlight).data).toEqual({ process: { state: 'FINISHED' } });
    expect(await program.ended).toBe(0);
  });

  test('a program that gets a signal twice still finishes a creation whose caller has left', async () => {
    const { promise: reached, resolve: reach } = Promise.withResolvers<void>();
    const { promise: released, resolve: release } = Promise.withResolvers<void>();
    let answered = false;
    const upstream = await startUnico(async () => {
      reach();
      await released;
      answered = true;
      return { body: { id: ID, status: 3 } };
    });
    const program = await started(remote(upstream));
    const leaving = new AbortController();
    const onboarding = {
      subject: { code: '12345678909', name: 'Luke Skywalker' },
      imageBase64: selfieBase64(),
    };
    const query = `mutation ($input: CreateProcessInput!) { createProcess(idempotencyKey: "k", input: $input) { replayed } }`;
    const left = fetch(`${urlOf(program)}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query, variables: { input: { onboarding } } }),
      signal: leaving.signal,
    }).catch(() => 'left');
    await reached;
    leaving.abort();
    expect(await left).toBe('left');
    program.signal('SIGTERM');
    await program.printed('"event":"stopping"');
    program.signal('SIGTERM');
    program.signal('SIGINT');
    const first = await Promise.race([
      program.ended,
      new Promise((resolve) => setTimeout(resolve, 500, 'still running')),
    ]);
    expect(first).toBe('still running');
    release();
    expect(await program.ended).toBe(0);
    expect(answered).toBe(true);
  });

  test('the log reports problems that only an operator can fix, without personal data', async () => {
    const upstream = await startUnico(() => ({ body: '<html>12345678909</html>' }));
    const program = await started({ ...remote(upstream), UNICO_CONTRACTS: 'idcloud' });
    await ask(urlOf(program), `{ process(id: "${ID}") { state } }`);
    await program.printed('"event":"failure","kind":"contract"');
    await ask(urlOf(program), `{ reusableDocuments(code: "12345678909", type: BR_CNH) { documentId } }`);
    await program.printed('set UNICO_APIKEY_DOCUMENT');
    expect(program.output()).not.toContain('12345678909');
    expect(program.output()).not.toContain(ID);
  });

  test('the metrics count the calls to Unico, without the id of a process', async () => {
    const upstream = await startUnico(() => ({ body: idcloudBody() }));
    const url = urlOf(await started(remote(upstream)));
    await ask(url, `{ process(id: "${ID}") { state } }`);
    const metrics = await (await fetch(`${url}/metrics`)).text();
    expect(metrics).toContain(
      'upstream_request_duration_seconds_count{endpoint="GET client/v1/process/{id}",status_class="2xx"} 1',
    );
    expect(metrics).not.toContain(ID);
  });

  test('a program without an access token is alive but not ready, and reports the reason', async () => {
    let tokenServiceWorks = false;
    const upstream = await startUnico(() =>
      tokenServiceWorks
        ? { body: { access_token: 'a-token', token_type: 'Bearer', expires_in: 3600 } }
        : { status: 503 },
    );
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const { UNICO_ACCESS_TOKEN: _, ...variables } = remote(upstream);
    const program = await started({
      ...variables,
      UNICO_ACCOUNT: 'account',
      UNICO_TENANT_ID: 'tenant',
      // The older form of PEM, with its line ends written out, as secrets in variables often are.
      UNICO_PRIVATE_KEY: privateKey
        .export({ type: 'pkcs1', format: 'pem' })
        .toString()
        .replaceAll('\n', '\\n'),
    });
    const url = urlOf(program);
    expect((await fetch(`${url}/livez`)).status).toBe(200);
    const waiting = await fetch(`${url}/readyz`);
    expect(waiting.status).toBe(503);
    expect(await waiting.json()).toEqual({
      status: 'not ready',
      reason: 'no access token (POST oauth2/token: HTTP 503)',
    });
    tokenServiceWorks = true;
    expect((await fetch(`${url}/readyz`)).status).toBe(200);
  });
});
