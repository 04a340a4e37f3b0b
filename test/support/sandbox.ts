import { startSandbox, type Sandbox, type SandboxOptions } from '../../sandbox/sandbox.ts';
import { UnicoClient } from '../../src/upstream/unico/client.ts';

/** Starts the sandbox without quota, and a Unico client with its credentials. The caller closes the sandbox. */
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
