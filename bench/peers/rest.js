import { createServer } from 'node:http';
import { createKeptProcesses } from './finished-processes.js';
import { listen } from './listen.js';

/*
 * What somebody would write by hand who needs these two answers and no others: no schema, no selection, no checks.
 * Arguments: the address of what plays Unico.
 */

const [, , upstream] = process.argv;
const kept = createKeptProcesses(upstream);

/** What the operation of the row `hot-processes` selects. */
function toPage(process) {
  const { verdict } = process;
  return {
    id: process.id,
    source: process.source,
    state: process.state,
    flow: process.flow,
    purpose: process.purpose,
    useCase: process.useCase,
    clientReference: process.clientReference,
    createdAt: process.createdAt,
    finishedAt: process.finishedAt,
    verdict: {
      decision: verdict.decision,
      reasons: verdict.reasons.map(({ code }) => ({ code })),
      final: verdict.final,
      liveness: verdict.liveness,
      identity: verdict.identity,
      fraudRisk: verdict.fraudRisk,
      riskScore: { value: verdict.riskScore.value, band: verdict.riskScore.band },
      serpro: { similarity: verdict.serpro.similarity },
      policyVersion: verdict.policyVersion,
      decidedAt: verdict.decidedAt,
    },
  };
}

/** What the operation of the row `hot-entities` selects. */
function toEntity({ id, source, state, finishedAt, verdict: { decision, reasons, final, liveness } }) {
  return {
    id,
    source,
    state,
    finishedAt,
    verdict: { decision, reasons: reasons.map(({ code }) => ({ code })), final, liveness },
  };
}

async function answer(path, body) {
  if (path === '/processes') return { processes: (await Promise.all(body.ids.map(kept.get))).map(toPage) };
  const ids = body.representations.map(({ id }) => id);
  return { _entities: (await Promise.all(ids.map(kept.get))).map(toEntity) };
}

async function send(response, path, chunks) {
  const text = JSON.stringify(await answer(path, JSON.parse(Buffer.concat(chunks).toString())));
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) });
  response.end(text);
}

listen(
  createServer((request, response) => {
    const chunks = [];
    request.on('data', (chunk) => chunks.push(chunk));
    request.on('end', () => send(response, request.url, chunks).catch((error) => response.destroy(error)));
  }),
);
