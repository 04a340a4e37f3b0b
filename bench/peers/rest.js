import { createServer } from 'node:http';
import { createPreparedProcesses } from './prepared-processes.js';
import { listen } from './listen.js';

/*
 * A handler written by hand for these two responses and no others: no schema, no selection, no checks. Argument: the
 * origin of the upstream stub.
 */

const [, , upstream] = process.argv;
const processes = createPreparedProcesses(upstream);

/** The fields that the operation of the row `hot-processes` selects. */
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

/** The fields that the operation of the row `hot-entities` selects. */
function toEntity({ id, source, state, finishedAt, verdict: { decision, reasons, final, liveness } }) {
  return {
    id,
    source,
    state,
    finishedAt,
    verdict: { decision, reasons: reasons.map(({ code }) => ({ code })), final, liveness },
  };
}

async function respond(path, body) {
  if (path === '/processes')
    return { processes: (await Promise.all(body.ids.map(processes.get))).map(toPage) };
  const ids = body.representations.map(({ id }) => id);
  return { _entities: (await Promise.all(ids.map(processes.get))).map(toEntity) };
}

async function send(response, path, chunks) {
  const text = JSON.stringify(await respond(path, JSON.parse(Buffer.concat(chunks).toString())));
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
