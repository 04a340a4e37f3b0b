/** S0 `signed_url`: valid for five minutes. */
const LIFE_MS = 5 * 60 * 1000;

/** When addresses that came at `receivedAt` (ms since the epoch) cease to work; `null` where there are none. */
export function signedUrlsExpireAt(urls: readonly string[], receivedAt: number): string | null {
  return urls.length === 0 ? null : new Date(receivedAt + LIFE_MS).toISOString();
}
