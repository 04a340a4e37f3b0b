import { runScript } from './run-script.ts';

/** One audit of graphql-http: `warn` is a failed recommendation, `notice` a failed option. */
export type Audit = { id: string; name: string; status: 'ok' | 'notice' | 'warn' | 'error'; reason?: string };

/** Runs graphql-http's audits against the GraphQL endpoint at this URL. */
export async function auditHttp(url: string): Promise<Audit[]> {
  return JSON.parse(await runScript('audit-http.js', url));
}
