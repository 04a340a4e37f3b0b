import { sign } from 'node:crypto';
import { Agent, request } from 'undici';
import { startSandbox } from '../../sandbox/sandbox.ts';
import type { Sandbox, SandboxOptions } from '../../sandbox/sandbox.ts';
import { selfieBase64 } from '../../sandbox/lib/selfie.ts';

/** A running sandbox with a clock that the test moves, and a caller with a good token. */
export type Kit = {
  sandbox: Sandbox;
  clock: { nowMs: number };
  token: string;
  call(
    host: 'idcloud' | 'api' | 'identity',
    method: string,
    path: string,
    options?: CallOptions,
  ): Promise<Answer>;
  idcloud(method: string, path: string, body?: unknown): Promise<Answer>;
  api(
    method: string,
    path: string,
    body?: unknown,
    key?: keyof Sandbox['credentials']['apiKeys'],
  ): Promise<Answer>;
  renewToken(): Promise<void>;
  close(): Promise<void>;
};

export type CallOptions = { headers?: Record<string, string>; body?: string };

export type Answer = {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  text: string;
  /** The body as JSON; undefined when it is none. */
  // oxlint-disable-next-line typescript/no-explicit-any -- tests look into whatever a host sent
  json: any;
};

/** Status and body together: how most refusals are compared. */
export const outcome = ({ status, json }: Answer): unknown[] => [status, json];

/** A refusal of the Web & SDK contract in the gateway's shape. */
export const grpcError = (status: number, code: number, message: string): unknown[] => [
  status,
  { code, message, details: [] },
];

/** A refusal of the API contract in its envelope. */
export const enveloped = (status: number, code: string, description: string): unknown[] => [
  status,
  { error: { code, description } },
];

export const notFoundMessage = 'error getting process: rpc error: code = NotFound desc = process not found';

/** One part of a JWT. */
export const jwtPart = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

export const startOfTest = Date.parse('2026-11-23T12:00:00Z');

export async function startKit(options: SandboxOptions = {}): Promise<Kit> {
  const clock = { nowMs: startOfTest };
  const sandbox = await startSandbox({ now: () => clock.nowMs, requestsPerSecond: Infinity, ...options });
  const agent = new Agent({ keepAliveTimeout: 10 });
  const urls = { idcloud: sandbox.idcloudUrl, api: sandbox.apiUrl, identity: sandbox.identityUrl };
  const json = { 'content-type': 'application/json' };

  const kit: Kit = {
    sandbox,
    clock,
    token: '',
    async call(host, method, path, { headers = {}, body } = {}) {
      const response = await request(urls[host] + path, {
        method: method as 'GET',
        headers,
        dispatcher: agent,
        ...(body === undefined ? {} : { body }),
      });
      const text = await response.body.text();
      return { status: response.statusCode, headers: response.headers, text, json: parse(text) };
    },
    idcloud(method, path, body) {
      const headers = { authorization: `Bearer ${kit.token}`, ...json };
      return kit.call('idcloud', method, path, { headers, ...bodyOf(body) });
    },
    api(method, path, body, key = 'onboarding') {
      const apikey = sandbox.credentials.apiKeys[key];
      const headers = { authorization: `Bearer ${kit.token}`, apikey, ...json };
      return kit.call('api', method, path, { headers, ...bodyOf(body) });
    },
    async renewToken() {
      const answer = await askToken(kit, signed(kit, claims(kit)));
      kit.token = answer.json.access_token;
    },
    async close() {
      await agent.close();
      await sandbox.close();
    },
  };
  await kit.renewToken();
  return kit;
}

function bodyOf(body: unknown): { body?: string } {
  if (body === undefined) return {};
  return { body: typeof body === 'string' ? body : JSON.stringify(body) };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Counts up, because an assertion may be used only once. */
let serial = 0;

/** The claims that the token service takes (upstream.md §1). */
export function claims({ sandbox, clock }: Kit): Record<string, unknown> {
  const { account, tenantId } = sandbox.credentials;
  const iat = Math.floor(clock.nowMs / 1000);
  serial += 1;
  return {
    iss: `${account}@${tenantId}.iam.acesso.io`,
    aud: sandbox.identityUrl,
    scope: '*',
    iat,
    exp: iat + 3600 - (serial % 3000),
  };
}

export function signed(
  { sandbox }: Kit,
  payload: Record<string, unknown>,
  header: Record<string, unknown> = { alg: 'RS256', typ: 'JWT' },
  privateKey = sandbox.credentials.privateKey,
): string {
  const text = `${jwtPart(header)}.${jwtPart(payload)}`;
  return `${text}.${sign('RSA-SHA256', Buffer.from(text), privateKey).toString('base64url')}`;
}

export function askToken(kit: Kit, assertion: string): Promise<Answer> {
  const form = { grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer', assertion };
  return kit.call('identity', 'POST', '/oauth2/token', {
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams(form).toString(),
  });
}

/** The S2 onboarding sample with an image that is one. */
export function onboarding(subject: Record<string, unknown> = {}, rest: Record<string, unknown> = {}) {
  return {
    subject: {
      code: '12345678909',
      name: 'Luke Skywalker',
      gender: 'M',
      birthDate: '2000-05-20',
      email: 'luke@example.com',
      phone: '5519725570707',
      ...subject,
    },
    useCase: 'Onboarding',
    imageBase64: selfieBase64(),
    ...rest,
  };
}

/** A journey that is taken as it is. */
export function journey(rest: Record<string, unknown> = {}, person: Record<string, unknown> = {}) {
  return {
    flow: 'idchecktrust',
    purpose: 'biometryonboarding',
    callbackUri: 'https://example.com/callback',
    person: {
      duiType: 'DUI_TYPE_BR_CPF',
      duiValue: '12345678909',
      friendlyName: 'Luke Skywalker',
      ...person,
    },
    ...rest,
  };
}
