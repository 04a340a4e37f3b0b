import { startSandbox, type Sandbox, type SandboxOptions } from '../../sandbox/sandbox.ts';
import type { RateLimiter } from '../../src/upstream/resilience/rate-limiter.ts';
import { UnicoClient } from '../../src/upstream/unico/client.ts';

/** Starts the sandbox without quota, and a Unico client with its credentials. The caller closes the sandbox. */
export async function startUnicoSandbox(
  options: SandboxOptions = {},
): Promise<{ sandbox: Sandbox; unico: UnicoClient }> {
  const sandbox = await startSandbox({ requestsPerSecond: Infinity, ...options });
  return { sandbox, unico: clientOf(sandbox) };
}

/** Creates a client of a sandbox; without a rate limiter it neither retries nor has circuit breakers. */
export function clientOf(
  { idcloudUrl, apiUrl, identityUrl, credentials }: Sandbox,
  rateLimiter: RateLimiter | null = null,
): UnicoClient {
  const { apiKeys, ...credential } = credentials;
  return new UnicoClient({
    origins: { idcloudUrl, apiUrl, identityUrl },
    credential,
    apiKeys,
    attemptTimeoutMs: 1_000,
    operationTimeoutMs: 5_000,
    rateLimiter,
  });
}
