/**
 * A link to a stored file with the time of its signature. It expires after 5 minutes (upstream.md §S0 `signed_url`).
 */
export function signedUrl(base: string, nowMs: number): string {
  const url = new URL(base);
  // Compact ISO 8601, the form that storage providers use in presigned links.
  const date = new Date(nowMs).toISOString().replace(/[-:]|\.\d{3}/g, '');
  url.searchParams.set('X-Goog-Date', date);
  url.searchParams.set('X-Goog-Expires', '300');
  return url.href;
}
