import {
  createUnicoClient,
  type UnicoClient,
  type UnicoClientOptions,
} from '../../src/upstream/unico/client.ts';
import type { Upstream } from './upstream.ts';

/** Clients of an upstream that plays all three origins, with a fixed token and all APIKEYs. */
export function unicoOf(
  upstream: Pick<Upstream, 'url'>,
  options: Partial<UnicoClientOptions> = {},
): UnicoClient {
  return createUnicoClient({
    idcloudUrl: upstream.url,
    apiUrl: upstream.url,
    identityUrl: upstream.url,
    credential: { accessToken: 'a-token' },
    apiKeys: { onboarding: 'key-onb', transactional: 'key-tra', document: 'key-doc', age: 'key-age' },
    attemptTimeoutMs: 2_000,
    operationTimeoutMs: 5_000,
    ...options,
  });
}
