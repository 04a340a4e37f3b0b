import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { connect } from 'node:net';
import type { GraphQLSchema } from 'graphql';
import { createSubgraphSchema } from '../../../src/graphql/schema/subgraph-schema.ts';
import { killPrograms, startProgram, urlOf, type Program } from '../program.ts';
import { startTokenIssuer, type Claims, type TokenIssuer } from '../token-issuer.ts';
import type { Reply, SeenRequest } from '../upstream.ts';
import { exchange, partsOf, type Exchange, type RawRequest } from './exchange.ts';
import { malformed, outages, refusals } from './failures.ts';
import { cpfForEveryValue, startMarkedUnico, type MarkedUnico } from './marked-unico.ts';
import { createMarks, type Marks } from './marks.ts';
import { brokenHttp, misuses } from './misuse.ts';
import { markedInput, nextId, operationsOf, withOneChanged, type Operation } from './operations.ts';
import { createSearch, type Search } from './search.ts';
import type { Place, WatchedStore } from './stores.ts';

/** The scopes of each caller's token; `null` for a caller without a token. */
export const CALLERS = {
  everything: ['identity:read', 'identity:pii', 'identity:write'],
  reader: ['identity:read'],
  writer: ['identity:write'],
  unscoped: [],
  anonymous: null,
} as const;
type Caller = keyof typeof CALLERS;
const callers = Object.keys(CALLERS) as Caller[];

/** Whether a caller may see a mark in the `data` of its own responses. */
const MAY_SEE: Record<Caller, (name: string, kind: string) => boolean> = {
  everything: (_, kind) => kind !== 'secret',
  reader: (_, kind) => kind === 'plain',
  // The two fields that a journey needs: schema/process.graphql.
  writer: (name) => name === 'idcloud userRedirectUrl' || name === 'idcloud token',
  unscoped: () => false,
  anonymous: () => false,
};

/** The credentials of a deployment, each a secret mark. */
function credentials(marks: Marks): Record<string, string> {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  const [, , line = ''] = pem.split('\n');
  return {
    UNICO_ACCOUNT: 'account',
    UNICO_TENANT_ID: nextId(),
    UNICO_PRIVATE_KEY: marks.add('secret', 'UNICO_PRIVATE_KEY', pem, line),
    UNICO_APIKEY_ONBOARDING: marks.word('secret', 'UNICO_APIKEY_ONBOARDING'),
    UNICO_APIKEY_TRANSACTIONAL: marks.word('secret', 'UNICO_APIKEY_TRANSACTIONAL'),
    UNICO_APIKEY_DOCUMENT: marks.word('secret', 'UNICO_APIKEY_DOCUMENT'),
    UNICO_APIKEY_AGE: marks.word('secret', 'UNICO_APIKEY_AGE'),
    DATA_KEY: marks.add('secret', 'DATA_KEY', randomBytes(32).toString('base64')),
    ROUTER_SECRET: marks.add('secret', 'ROUTER_SECRET', randomBytes(24).toString('base64url')),
  };
}

/** The claims that name callers in their tokens, which no log may contain. */
function subjectsOf(marks: Marks): Record<Exclude<Caller, 'anonymous'>, Claims> {
  return {
    everything: { sub: marks.cpf('secret', 'the subject of a token: CPF') },
    reader: { sub: marks.mail('secret', 'the subject of a token: e-mail') },
    writer: { sub: undefined, client_id: marks.person('secret', 'the client of a token') },
    unscoped: { sub: marks.phone('secret', 'the subject of a token: phone') },
  };
}

/** The variables of the program over this Unico, issuer and store. */
function variablesOf(
  marks: Marks,
  unico: MarkedUnico,
  { tokens }: TokenIssuer,
  store: WatchedStore,
): Record<string, string> {
  return {
    ...credentials(marks),
    LOG_LEVEL: 'trace',
    STORE_URL: store.url,
    UNICO_ENVIRONMENT: 'uat',
    UNICO_IDCLOUD_URL: unico.url,
    UNICO_API_URL: unico.url,
    UNICO_IDENTITY_URL: unico.url,
    UNICO_RATE_LIMIT: '10000',
    UPSTREAM_TIMEOUT_MS: '700',
    REQUEST_TIMEOUT_MS: '4000',
    JWT_JWKS_URL: tokens.jwksUrl,
    JWT_ISSUER: tokens.issuer,
    JWT_AUDIENCE: tokens.audience,
  };
}

/** The headers of each caller, whose tokens are secret marks too. */
async function headersOf(
  marks: Marks,
  issuer: TokenIssuer,
  routerSecret: string,
): Promise<Record<Caller, Record<string, string>>> {
  const secret = { 'router-authorization': routerSecret };
  const subjects = subjectsOf(marks);
  const bearer = async (caller: Exclude<Caller, 'anonymous'>): Promise<Record<string, string>> => {
    const token = await issuer.issue({ scope: CALLERS[caller].join(' '), ...subjects[caller] });
    marks.add('secret', `the token of ${caller}`, token, token.split('.').at(-1));
    return { ...secret, authorization: `Bearer ${token}` };
  };
  return {
    everything: await bearer('everything'),
    reader: await bearer('reader'),
    writer: await bearer('writer'),
    unscoped: await bearer('unscoped'),
    anonymous: secret,
  };
}

/** The text that a run has left everywhere, the `data` of the caller with every scope, and the requests to Unico. */
export type Run = { marks: Marks; search: Search; places: Place[]; shown: string; sent: SeenRequest[] };

type Servers = { marks: Marks; unico: MarkedUnico; store: WatchedStore; schema: GraphQLSchema };

/** A client that uses and misuses the program, and collects every text that the program leaves. */
class LeakCollector {
  readonly places: Place[] = [];
  readonly shown: string[] = [];
  readonly #servers: Servers;
  readonly #variables: Record<string, string>;
  readonly #headers: Record<Caller, Record<string, string>>;
  #program: Program | null = null;
  #url = '';

  constructor(
    servers: Servers,
    variables: Record<string, string>,
    headers: Record<Caller, Record<string, string>>,
  ) {
    this.#servers = servers;
    this.#variables = variables;
    this.#headers = headers;
  }

  async start(): Promise<void> {
    const program = startProgram(this.#variables);
    await program.printed('"event":"listening"');
    this.#program = program;
    this.#url = urlOf(program);
  }

  /** Ends the program with a signal, and collects its output and its store. */
  async end(signal: NodeJS.Signals): Promise<void> {
    const program = this.#program;
    if (program === null) throw new Error('the program has not started');
    program.signal(signal);
    await program.ended;
    this.places.push({ place: 'the output', what: signal, text: program.output(), own: [] });
    await this.collectStore();
  }

  async collectStore(): Promise<void> {
    this.places.push(...(await this.#servers.store.contents()));
  }

  /** Collects metrics and health. */
  async collectHealth(): Promise<void> {
    for (const path of ['/metrics', '/readyz', '/livez']) {
      const { status, headers, body } = await exchange(this.#url, { method: 'GET', path });
      this.places.push({ place: path, what: String(status), text: [headers, body].join('\n'), own: [] });
    }
  }

  /** Sends every operation as every caller. */
  async use(): Promise<void> {
    for (const operation of this.#operations())
      for (const caller of callers) await this.#run(caller, operation);
  }

  /** Sends every operation with each of its inputs changed, all misuses, and malformed HTTP. */
  async misuse(): Promise<void> {
    const { marks } = this.#servers;
    const [cpf, name] = [
      marks.cpf('personal', 'a wrong value: CPF'),
      marks.person('personal', 'a wrong value: name'),
    ];
    const wrong = [cpf, Number(cpf), `${name} ${cpf}`, [cpf], { [name]: cpf }, { cpf: name }];
    for (const operation of this.#operationsOverUnico()) {
      for (const given of withOneChanged(operation.variables, wrong)) {
        const variables = given as Operation['variables'];
        await this.#run('everything', { ...operation, variables }, JSON.stringify(given).slice(0, 300));
      }
    }
    for (const { what, request, own } of misuses(marks)) {
      await this.#send('everything', what, request, own);
      await this.#send('anonymous', what, request, own);
    }
    for (const bytes of brokenHttp(marks)) await this.#sendBytes(bytes);
  }

  /** Sends every operation while Unico answers with each of the replies; calls `recover` before each reply. */
  async useWhileFailing(
    replies: readonly Reply[],
    recover: () => Promise<void> = async () => {},
  ): Promise<void> {
    const { unico } = this.#servers;
    for (const reply of replies) {
      await recover();
      const operations = this.#operationsOverUnico();
      unico.answerWith(reply);
      const why = `while Unico answers ${JSON.stringify(reply)}`;
      await Promise.all(operations.map((operation) => this.#run('everything', operation, why)));
      unico.answerWith(null);
    }
  }

  /** Sends every operation successfully: a success of each endpoint keeps its circuit closed. */
  async useSuccessfully(): Promise<void> {
    this.#servers.unico.answerWith(null);
    await Promise.all(this.#operationsOverUnico().map((operation) => this.#run('everything', operation)));
  }

  /** Sends every operation while Unico answers with a CPF instead of every enum value. */
  async useWithCpfForEveryValue(): Promise<void> {
    const { unico, marks } = this.#servers;
    for (const operation of this.#operationsOverUnico()) {
      for (const caller of callers) {
        const id = nextId();
        unico.answerWith(cpfForEveryValue(marks, id));
        const variables = { ...operation.variables, ...('id' in operation.variables && { id }) };
        await this.#run(caller, { ...operation, variables }, 'while every value of Unico is a CPF');
      }
    }
    unico.answerWith(null);
  }

  /** Kills the program while every operation waits for Unico. */
  async killDuringUse(): Promise<void> {
    this.#servers.unico.answerWith('never answer');
    const cutOff = this.#operations().map((operation) => this.#run('everything', operation).catch(() => {}));
    await this.collectHealth();
    await this.end('SIGKILL');
    await Promise.all(cutOff);
  }

  /** Every operation, with ids of its own. */
  #operations(): Operation[] {
    return operationsOf(this.#servers.schema, markedInput(this.#servers.marks));
  }

  #operationsOverUnico(): Operation[] {
    return this.#operations().filter(({ name }) => name !== '_service');
  }

  async #run(caller: Caller, { name, query, variables }: Operation, why = ''): Promise<void> {
    // Each creation has a key of its own, which begins with the same mark.
    const key = variables['idempotencyKey'];
    const fresh = typeof key === 'string' ? { idempotencyKey: `${key.slice(0, 17)}${nextId()}` } : {};
    const body = JSON.stringify({ query, variables: { ...variables, ...fresh } });
    await this.#send(caller, `${name} ${why}`, { body });
  }

  async #send(caller: Caller, what: string, request: RawRequest, own?: readonly string[]): Promise<void> {
    const headers = {
      ...this.#headers[caller],
      'apollo-federation-include-trace': 'ftv1',
      ...request.headers,
    };
    this.#collect(
      caller,
      `${what} by ${caller}`,
      await exchange(this.#url, { ...request, headers }),
      own ?? [],
    );
  }

  async #sendBytes(bytes: string): Promise<void> {
    const socket = connect(Number(new URL(this.#url).port), '127.0.0.1');
    let text = '';
    socket.on('data', (chunk) => void (text += chunk.toString()));
    // The server may close the connection before it has read all bytes.
    socket.on('error', () => {});
    socket.end(bytes);
    await new Promise((resolve) => socket.on('close', resolve));
    this.places.push({ place: 'a response without its data', what: bytes, text, own: [] });
  }

  #collect(caller: Caller, what: string, answer: Exchange, own: readonly string[]): void {
    const { data, rest } = partsOf(answer);
    this.places.push({ place: 'a response without its data', what, text: rest, own });
    if (caller === 'everything') this.shown.push(data);
    // User errors are a part of the data that never contains personal data.
    for (const [errors] of data.matchAll(/"userErrors":\[.*?\}\]/g))
      this.places.push({ place: 'user errors', what, text: errors, own });
    const visible = this.#servers.marks.all().filter(({ name, kind }) => MAY_SEE[caller](name, kind));
    this.places.push({
      place: `data for ${caller}`,
      what,
      text: data,
      own: [...own, ...visible.map(({ name }) => name)],
    });
  }
}

/** Uses the program over a store in every way: misuse, faults of Unico, a restart and a kill. */
async function useInEveryWay(collector: LeakCollector, marks: Marks): Promise<void> {
  await collector.start();
  await collector.use();
  await collector.misuse();
  await collector.collectHealth();
  await collector.collectStore();
  await collector.end('SIGTERM');

  const recover = (): Promise<void> => collector.useSuccessfully();
  await collector.start();
  await collector.use();
  await collector.useWithCpfForEveryValue();
  await collector.useWhileFailing(refusals(marks));
  await collector.useWhileFailing(malformed(marks), recover);
  await collector.useWhileFailing(outages(marks), recover);
  await collector.collectHealth();
  // The last failure, because every request waits afterwards for as long as it says.
  await collector.useWhileFailing([
    { status: 429, headers: { 'retry-after': marks.cpf('personal', 'retry-after') }, body: {} },
  ]);
  await collector.killDuringUse();
}

/** Starts the program over a store and a Unico in which every value is marked, uses it in every way, and collects what it left. */
export async function runOver(store: WatchedStore): Promise<Run> {
  const marks = createMarks();
  const unico = await startMarkedUnico(marks);
  const issuer = await startTokenIssuer();
  try {
    const variables = variablesOf(marks, unico, issuer, store);
    const headers = await headersOf(marks, issuer, variables['ROUTER_SECRET'] ?? '');
    const servers = { marks, unico, store, schema: await createSubgraphSchema() };
    const collector = new LeakCollector(servers, variables, headers);
    await useInEveryWay(collector, marks);
    const { places, shown } = collector;
    return {
      marks,
      search: createSearch(marks.all()),
      places,
      shown: shown.join('\n'),
      sent: unico.requests,
    };
  } finally {
    killPrograms();
    await issuer.close();
    await unico.close();
  }
}

/** The marks that are in some places without permission: once for each place and mark, with one of its occasions. */
export function leaksIn({ places, search }: Pick<Run, 'places' | 'search'>, ...names: string[]): string[] {
  const searched = places.filter(({ place }) => names.includes(place));
  if (searched.length === 0) throw new Error(`no text was collected of ${names.join(', ')}`);
  const leaks = new Map<string, string>();
  for (const { place, what, text, own } of searched) {
    for (const name of search(text)) {
      if (!own.includes(name)) leaks.set(`${place}: ${name}`, what.slice(0, 300));
    }
  }
  return [...leaks].map(([leak, what]) => `${leak} (${what})`);
}
