import { generateKeyPair, randomBytes } from 'node:crypto';
import { promisify } from 'node:util';
import { createAccessTokens } from './identity-host/access-tokens.ts';
import { createAnalyses } from './processes-v1/process.ts';
import { apiHost } from './api-host.ts';
import { createSdkJwts } from './processes-v1/sdk-token.ts';
import { seededAnalyses } from './processes-v1/seeds.ts';
import { idcloudHost } from './idcloud-host.ts';
import { createJourneys } from './idcloud/process.ts';
import { seededJourneys } from './idcloud/seeds.ts';
import { listen } from './http/listener.ts';
import type { Incoming } from './http/listener.ts';
import { createQuota } from './http/quota.ts';
import { empty } from './http/reply.ts';
import type { Reply } from './http/reply.ts';
import { createRequestLog } from './http/request-log.ts';
import type { SandboxRequest } from './http/request-log.ts';
import { createTokenService } from './identity-host/token-service.ts';
import type { World } from './state.ts';

export type { SandboxRequest } from './http/request-log.ts';

export type SandboxOptions = {
  /** Milliseconds since the epoch. */
  now?: () => number;
  /** A journey or an asynchronous analysis finishes by itself after this long. */
  journeyMs?: number;
  /** How long the slow identity takes to answer. */
  slowMs?: number;
  /** The tenant's quota, shared by the idcloud and api hosts; Infinity switches it off. */
  requestsPerSecond?: number;
  /** A loopback address. */
  host?: string;
};

export type Sandbox = {
  idcloudUrl: string;
  apiUrl: string;
  identityUrl: string;
  credentials: {
    account: string;
    tenantId: string;
    /** PEM, PKCS #8. */
    privateKey: string;
    apiKeys: { onboarding: string; transactional: string; document: string; age: string };
  };
  /** What reached the sandbox, in order; the last 1000. */
  requests: SandboxRequest[];
  /** Stops listening and destroys the open connections. */
  close(): Promise<void>;
};

/** Created processes that are remembered, per contract. */
const processLimit = 10_000;

const account = 'sandbox';
const tenantId = '5a4db0c5-0000-4000-8000-000000000001';

/** Starts both contracts and the token service, each on a port of its own that the system chooses. */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const { now = Date.now, journeyMs = 3000, slowMs = 10_000, requestsPerSecond = 10 } = options;
  const { host = '127.0.0.1' } = options;
  if (process.env['NODE_ENV'] === 'production') {
    throw new Error(
      'The Unico sandbox does not start with NODE_ENV=production: it approves whom its table says.',
    );
  }
  if (!isLoopback(host)) throw new Error(`The Unico sandbox listens on loopback only, not on ${host}.`);

  // A new key for every start: nothing that signs here is worth anything elsewhere.
  const keys = await promisify(generateKeyPair)('rsa', { modulusLength: 2048 });
  const apiKeys = {
    onboarding: newApiKey('onboarding'),
    transactional: newApiKey('transactional'),
    document: newApiKey('document'),
    age: newApiKey('age'),
  };
  const turns = new Map<string, number>();
  const world: World = {
    now,
    slowMs,
    journeyMs,
    turn(target) {
      const turn = turns.get(target) ?? 0;
      turns.set(target, turn + 1);
      return turn;
    },
    tokens: createAccessTokens(tenantId, now),
    useCaseOf: new Map([
      [apiKeys.onboarding, 'onboarding'],
      [apiKeys.transactional, 'transactional'],
      [apiKeys.document, 'document'],
      [apiKeys.age, 'age'],
    ]),
    journeys: createJourneys(seededJourneys(now()), processLimit),
    analyses: createAnalyses(seededAnalyses(now(), journeyMs), processLimit),
    sdkJwts: createSdkJwts(now),
  };

  const log = createRequestLog();
  const quota = createQuota(requestsPerSecond, now);
  const counted = (serve: (incoming: Incoming, world: World) => Reply) => (incoming: Incoming) => {
    const retryAfter = quota.take();
    return retryAfter > 0 ? empty(429, { 'retry-after': String(retryAfter) }) : serve(incoming, world);
  };
  const idcloud = await listen(host, counted(idcloudHost), log.arrivedAt('idcloud'));
  const api = await listen(host, counted(apiHost), log.arrivedAt('api'));
  // `aud` must name the origin, which is known only once the port is.
  let audience = '';
  const serviceAccount = () => ({ account, tenantId, publicKey: keys.publicKey, audience });
  const token = createTokenService(serviceAccount, world.tokens, now);
  const identity = await listen(host, token, log.arrivedAt('identity'));
  audience = identity.url;

  return {
    idcloudUrl: idcloud.url,
    apiUrl: api.url,
    identityUrl: identity.url,
    credentials: {
      account,
      tenantId,
      privateKey: keys.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
      apiKeys,
    },
    requests: log.requests,
    async close() {
      await Promise.all([idcloud.close(), api.close(), identity.close()]);
    },
  };
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(?:\.\d{1,3}){3}$/.test(host);
}

function newApiKey(useCase: string): string {
  return `sandbox-${useCase}-${randomBytes(12).toString('hex')}`;
}
