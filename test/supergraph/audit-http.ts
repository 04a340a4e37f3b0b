import { runScript } from './run-script.ts';

/** One audit of graphql-http: `warn` is something that a server should do, `notice` something that it may do. */
export type Audit = { id: string; name: string; status: 'ok' | 'notice' | 'warn' | 'error'; reason?: string };

/** What graphql-http's audits say of a server, given by the address of its GraphQL. */
export async function auditHttp(url: string): Promise<Audit[]> {
  return JSON.parse(await runScript('audit-http.js', url));
}
