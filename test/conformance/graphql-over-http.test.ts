import { describe, expect, test } from 'vitest';
import { auditHttp, type Audit } from '../supergraph/audit-http.ts';
import { startSubgraph } from '../support/subgraph.ts';
import { unicoOf } from '../support/unico.ts';

/** What is not as an audit would have it, by the audit's id. */
const ON_PURPOSE: Record<string, Audit['status']> = {
  // A server may answer GETs of a plain form: any page could make a browser send them, so a header is asked for that no
  // page can add (`csrfPrevention`). Gateways send POSTs.
  '5A70': 'notice',
  D6D5: 'notice',
  '6A70': 'notice',
  // With `accept: application/json` a server should say 200 even of what it could not begin to execute, for clients
  // older than the standard. It says 400, as the standard does for everybody else: proxies and metrics see the status only.
  '572B': 'warn',
  FDE2: 'warn',
  '7B9B': 'warn',
};

/** Each audit is a test, so they are made before there are tests. Unico is not needed: nothing listens there. */
async function auditSubgraph(): Promise<Audit[]> {
  const subgraph = await startSubgraph(unicoOf({ url: 'http://127.0.0.1:9' }));
  try {
    return await auditHttp(`${subgraph.url}/graphql`);
  } finally {
    await subgraph.close();
  }
}

const AUDITS = await auditSubgraph();

test('every audit is made', () => {
  expect(AUDITS).toHaveLength(61);
});

describe('GraphQL over HTTP: the server', () => {
  test.each(AUDITS.filter(({ id }) => !(id in ON_PURPOSE)))('$name ($id)', ({ status, reason }) => {
    expect({ status, reason }).toEqual({ status: 'ok' });
  });
});

describe('GraphQL over HTTP: the server does not, on purpose,', () => {
  test.each(AUDITS.filter(({ id }) => id in ON_PURPOSE))('$name ($id)', ({ id, status }) => {
    expect(status).toBe(ON_PURPOSE[id]);
  });
});
