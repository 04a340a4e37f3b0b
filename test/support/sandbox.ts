import { startSandbox, type Sandbox, type SandboxOptions } from '../../sandbox/sandbox.ts';
import { UnicoClient } from '../../src/upstream/unico/client.ts';

/** The sandbox without its quota, and clients of it that get their token from its token service. */
export async function startUnicoSandbox(
  options: SandboxOptions = {},
): Promise<{ sandbox: Sandbox; unico: UnicoClient }> {
  const sandbox = await startSandbox({ requestsPerSecond: Infinity, ...options });
  const { idcloudUrl, apiUrl, identityUrl, credentials } = sandbox;
  const { apiKeys, ...credential } = credentials;
  const unico = new UnicoClient({
    origins: { idcloudUrl, apiUrl, identityUrl },
    credential,
    apiKeys,
    attemptTimeoutMs: 1_000,
    operationTimeoutMs: 5_000,
    rateLimiter: null,
  });
  return { sandbox, unico };
}
