import { generateKeyPair, randomBytes } from 'node:crypto';
import { promisify } from 'node:util';
import { handleApiRequest } from './api-host.ts';
import { Listener } from './http/listener.ts';
import type { IncomingRequest } from './http/listener.ts';
import { Quota } from './http/quota.ts';
import { emptyReply } from './http/reply.ts';
import type { Reply } from './http/reply.ts';
import { RequestLog } from './http/request-log.ts';
import type { SandboxRequest } from './http/request-log.ts';
import { handleIdcloudRequest } from './idcloud-host.ts';
import type { UseCase } from './identities/identity.ts';
import { TokenService } from './identity-host/token-service.ts';
import { SandboxState } from './state.ts';

export type { SandboxRequest } from './http/request-log.ts';

/** The options of `startSandbox`; every one has a default. */
export type SandboxOptions = {
  /** Milliseconds since the epoch; `Date.now` by default. */
  now?: () => number;
  /** The time after which an idcloud process finishes, and a pending onboarding settles; 3000 by default. */
  processingMs?: number;
  /** The response time of the slow identity; 10 000 by default. */
  slowMs?: number;
  /** The tenant's quota, shared by the idcloud and api hosts; 10 by default, `Infinity` switches it off. */
  requestsPerSecond?: number;
  /** A loopback address; 127.0.0.1 by default. */
  host?: string;
};

/** A running sandbox. */
export type Sandbox = {
  idcloudUrl: string;
  apiUrl: string;
  identityUrl: string;
  credentials: {
    account: string;
    tenantId: string;
    /** PEM, PKCS #8. */
    privateKey: string;
    apiKeys: Record<UseCase, string>;
  };
  /** The last 1000 requests that reached the sandbox, in the order of their arrival. */
  requests: SandboxRequest[];
  /** Stops listening and destroys the open connections. */
  close(): Promise<void>;
};

const ACCOUNT = 'sandbox';
const TENANT_ID = '5a4db0c5-0000-4000-8000-000000000001';

/**
 * Starts both contracts and the token service, each on a port of its own that the system chooses. Throws an Error in
 * production, and for an address that is not loopback.
 */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const { now = Date.now, processingMs = 3000, slowMs = 10_000, requestsPerSecond = 10 } = options;
  const { host = '127.0.0.1' } = options;
  checkEnvironment(host);

  // A new key for every start: its signatures are valid in this sandbox only.
  const keys = await promisify(generateKeyPair)('rsa', { modulusLength: 2048 });
  const apiKeys: Record<UseCase, string> = {
    onboarding: newApiKey('onboarding'),
    transactional: newApiKey('transactional'),
    document: newApiKey('document'),
    age: newApiKey('age'),
  };
  const state = new SandboxState({ tenantId: TENANT_ID, apiKeys, now, processingMs, slowMs });
  const quota = new Quota(requestsPerSecond, now);
  const log = new RequestLog();

  const idcloud = await Listener.open({
    name: 'idcloud',
    address: host,
    handle: (request) => withinQuota(quota, () => handleIdcloudRequest(request, state)),
    log,
  });
  const api = await Listener.open({
    name: 'api',
    address: host,
    handle: (request) => withinQuota(quota, () => handleApiRequest(request, state)),
    log,
  });
  // `aud` must be the origin of the token service, which is known only once it has its port.
  const publicAccount = { account: ACCOUNT, tenantId: TENANT_ID, publicKey: keys.publicKey };
  const account = () => ({ ...publicAccount, audience: identity.url });
  const tokenService = new TokenService({ account, tokens: state.tokens, now });
  const identity: Listener = await Listener.open({
    name: 'identity',
    address: host,
    handle: (request: IncomingRequest) => tokenService.handle(request),
    log,
  });

  return {
    idcloudUrl: idcloud.url,
    apiUrl: api.url,
    identityUrl: identity.url,
    credentials: {
      account: ACCOUNT,
      tenantId: TENANT_ID,
      privateKey: keys.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
      apiKeys,
    },
    requests: log.requests,
    async close() {
      await Promise.all([idcloud.close(), api.close(), identity.close()]);
    },
  };
}

function checkEnvironment(host: string): void {
  if (process.env['NODE_ENV'] === 'production') {
    throw new Error(
      'The Unico sandbox does not start with NODE_ENV=production: it approves test identities.',
    );
  }
  if (!isLoopback(host)) throw new Error(`The Unico sandbox listens on loopback only, not on ${host}.`);
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(?:\.\d{1,3}){3}$/.test(host);
}

function newApiKey(useCase: UseCase): string {
  return `sandbox-${useCase}-${randomBytes(12).toString('hex')}`;
}

/** A request above the quota is a 429 with the seconds to wait (upstream.md §2). */
function withinQuota(quota: Quota, handle: () => Reply): Reply {
  const retryAfterSeconds = quota.take();
  if (retryAfterSeconds === 0) return handle();
  return emptyReply(429, { 'retry-after': String(retryAfterSeconds) });
}
