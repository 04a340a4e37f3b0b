import { UnicoClient, type UnicoClientOptions } from '../../src/upstream/unico/client.ts';
import type { Upstream } from './upstream.ts';

/** All options except the origins, which are those of the upstream; `identityUrl` is the origin of another token service. */
export type TestClientOptions = Partial<Omit<UnicoClientOptions, 'origins'>> & { identityUrl?: string };

/** Creates a client of an upstream that plays all three hosts, with a fixed token and all APIKEYs, without rate limiter and retries. */
export function unicoOf(upstream: Pick<Upstream, 'url'>, options: TestClientOptions = {}): UnicoClient {
  const { identityUrl = upstream.url, ...others } = options;
  return new UnicoClient({
    origins: { idcloudUrl: upstream.url, apiUrl: upstream.url, identityUrl },
    credential: { accessToken: 'a-token' },
    apiKeys: { onboarding: 'key-onb', transactional: 'key-tra', document: 'key-doc', age: 'key-age' },
    attemptTimeoutMs: 2_000,
    operationTimeoutMs: 5_000,
    rateLimiter: null,
    ...others,
  });
}
