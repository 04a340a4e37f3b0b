import { describe, expect, test } from 'vitest';
import { auditHttp, type Audit } from '../supergraph/audit-http.ts';
import { startSubgraph } from '../support/subgraph.ts';
import { unicoOf } from '../support/unico.ts';

/** The audits from which the server deviates on purpose, by id. */
const DEVIATIONS: Record<string, Audit['status']> = {
  // A server may answer plain GETs. Any page can make a browser send them, so the server requires a header that no page can
  // add (`csrfPrevention`). Gateways send POSTs.
  '5A70': 'notice',
  D6D5: 'notice',
  '6A70': 'notice',
  // With `accept: application/json` a server should answer 200 even to operations that it cannot execute, for clients older
  // than the standard. It answers 400, as the standard says for all others: proxies and metrics see the status only.
  '572B': 'warn',
  FDE2: 'warn',
  '7B9B': 'warn',
};

/** Runs the audits before tests are defined, because each is a test. They need no Unico: no server listens at that port. */
async function auditSubgraph(): Promise<Audit[]> {
  const subgraph = await startSubgraph(unicoOf({ url: 'http://127.0.0.1:9' }));
  try {
    return await auditHttp(`${subgraph.url}/graphql`);
  } finally {
    await subgraph.close();
  }
}

const AUDITS = await auditSubgraph();

test('all 61 audits of GraphQL over HTTP run', () => {
  expect(AUDITS).toHaveLength(61);
});

describe('GraphQL over HTTP', () => {
  test.each(AUDITS.filter(({ id }) => !(id in DEVIATIONS)))(
    'the server passes the audit $id: $name',
    ({ status, reason }) => {
      expect({ status, reason }).toEqual({ status: 'ok' });
    },
  );
});

describe('deviations from GraphQL over HTTP', () => {
  test.each(AUDITS.filter(({ id }) => id in DEVIATIONS))(
    'the server deviates on purpose from the audit $id: $name',
    ({ id, status }) => {
      expect(status).toBe(DEVIATIONS[id]);
    },
  );
});
