import { sign } from 'node:crypto';
import { Agent, request } from 'undici';
import { onTestFinished } from 'vitest';
import type { UseCase } from '../../sandbox/identities/identity.ts';
import { startSandbox } from '../../sandbox/sandbox.ts';
import type { Sandbox, SandboxOptions } from '../../sandbox/sandbox.ts';

/** The time at which the clock of a `SandboxClient` starts. */
export const START_MS = Date.parse('2026-11-23T12:00:00Z');

/** The response of a host of the sandbox. */
export type SandboxResponse = {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  text: string;
  /** The body as JSON; undefined when it is not JSON. */
  // oxlint-disable-next-line typescript/no-explicit-any -- tests read whatever a host sent
  json: any;
};

type RawRequest = { method?: string; headers?: Record<string, string>; body?: string };

type SignatureOptions = { header?: Record<string, unknown>; privateKey?: string };

/** The header of every valid assertion (upstream.md §1). */
const RS256_HEADER = { alg: 'RS256', typ: 'JWT' };

/** One part of a JWT. */
export const jwtPart = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** A sandbox without quota, a clock that the test moves, and a caller with a valid token. */
export class SandboxClient {
  readonly sandbox: Sandbox;
  readonly clock: { nowMs: number };
  /** The bearer token of `idcloud` and `api`. */
  token = '';
  readonly #agent = new Agent({ keepAliveTimeout: 10 });
  /** Makes every assertion different, because an assertion works only once. */
  #assertions = 0;

  private constructor(sandbox: Sandbox, clock: { nowMs: number }) {
    this.sandbox = sandbox;
    this.clock = clock;
  }

  /** Starts a sandbox; the test closes it. */
  static async start(options: SandboxOptions = {}): Promise<SandboxClient> {
    const clock = { nowMs: START_MS };
    const sandbox = await startSandbox({ now: () => clock.nowMs, requestsPerSecond: Infinity, ...options });
    const client = new SandboxClient(sandbox, clock);
    await client.renewToken();
    return client;
  }

  /** Sends a request as it is: no token, no APIKEY. */
  async call(
    host: 'idcloud' | 'api' | 'identity',
    path: string,
    { method = 'GET', headers = {}, body }: RawRequest = {},
  ): Promise<SandboxResponse> {
    const { idcloudUrl, apiUrl, identityUrl } = this.sandbox;
    const origin = { idcloud: idcloudUrl, api: apiUrl, identity: identityUrl }[host];
    const response = await request(origin + path, {
      method: method as 'GET',
      headers,
      dispatcher: this.#agent,
      ...(body === undefined ? {} : { body }),
    });
    const text = await response.body.text();
    return { status: response.statusCode, headers: response.headers, text, json: parseJson(text) };
  }

  /** Sends a request of the idcloud contract. A body that is text is sent as it is. */
  idcloud(method: string, path: string, body?: unknown): Promise<SandboxResponse> {
    const headers = { ...this.bearer(), 'content-type': 'application/json' };
    return this.call('idcloud', path, { method, headers, ...serialized(body) });
  }

  /** Sends a request of the API contract. A body that is text is sent as it is. */
  api(
    method: string,
    path: string,
    { body, useCase = 'onboarding' }: { body?: unknown; useCase?: UseCase } = {},
  ): Promise<SandboxResponse> {
    const headers = { ...this.bearer(), ...this.apiKey(useCase), 'content-type': 'application/json' };
    return this.call('api', path, { method, headers, ...serialized(body) });
  }

  /** The Authorization header. */
  bearer(): { authorization: string } {
    return { authorization: `Bearer ${this.token}` };
  }

  /** The APIKEY header. */
  apiKey(useCase: UseCase): { apikey: string } {
    return { apikey: this.sandbox.credentials.apiKeys[useCase] };
  }

  /** Moves the clock, and renews the token, which could have expired. */
  async advance(ms: number): Promise<void> {
    this.clock.nowMs += ms;
    await this.renewToken();
  }

  async renewToken(): Promise<void> {
    const response = await this.requestToken(this.assertion(this.claims()));
    this.token = response.json.access_token;
  }

  /** Exchanges an assertion for a token. */
  requestToken(assertion: string): Promise<SandboxResponse> {
    const form = { grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer', assertion };
    return this.call('identity', '/oauth2/token', {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams(form).toString(),
    });
  }

  /** Valid claims (upstream.md §1), different in every call. */
  claims(): Record<string, unknown> {
    const { account, tenantId } = this.sandbox.credentials;
    const iat = Math.floor(this.clock.nowMs / 1000);
    this.#assertions += 1;
    return {
      iss: `${account}@${tenantId}.iam.acesso.io`,
      aud: this.sandbox.identityUrl,
      scope: '*',
      iat,
      exp: iat + 3600 - (this.#assertions % 3000),
    };
  }

  /** A signed assertion (upstream.md §1). */
  assertion(
    claims: Record<string, unknown>,
    { header = RS256_HEADER, privateKey = this.sandbox.credentials.privateKey }: SignatureOptions = {},
  ): string {
    const text = `${jwtPart(header)}.${jwtPart(claims)}`;
    return `${text}.${sign('RSA-SHA256', Buffer.from(text), privateKey).toString('base64url')}`;
  }

  async close(): Promise<void> {
    await this.#agent.close();
    await this.sandbox.close();
  }
}

/** Starts a sandbox that closes with the test. */
export async function startSandboxClient(options: SandboxOptions = {}): Promise<SandboxClient> {
  const client = await SandboxClient.start(options);
  onTestFinished(() => client.close());
  return client;
}

function serialized(body: unknown): { body?: string } {
  if (body === undefined) return {};
  return { body: typeof body === 'string' ? body : JSON.stringify(body) };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
