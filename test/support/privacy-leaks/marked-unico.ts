import { request } from 'node:http';
import {
  getNamedType,
  getNullableType,
  isEnumType,
  isInputObjectType,
  isListType,
  isObjectType,
  isUnionType,
  type GraphQLArgument,
  type GraphQLInputType,
  type GraphQLOutputType,
  type GraphQLSchema,
} from 'graphql';
import { CATALOGUE } from '../../../src/upstream/unico/errors/error-catalogue.ts';
import { startUpstream, type Reply, type SeenRequest, type Upstream } from '../upstream.ts';
import type { Marks } from './marks.ts';

let made = 0;

/** A UUID of letters alone, which is nobody's number. */
export function nextId(): string {
  made += 1;
  const tail = [...made.toString(6).padStart(12, '0')]
    .map((digit) => 'abcdef'.charAt(Number(digit)))
    .join('');
  return `facefeed-cafe-beef-dead-${tail}`;
}

/** An operation and what is given with it. */
export type Operation = { name: string; query: string; variables: Record<string, unknown> };

/** An argument of a field below the root: each takes words of the schema. */
function inlined({ name, type }: GraphQLArgument): string {
  const words = getNamedType(type);
  if (!isEnumType(words)) throw new Error(`no value for the argument ${name}`);
  return `${name}: ${words.getValues()[0]?.name}`;
}

/** Every field of a type with all that is below it; a type may stand below itself once, as processes refer to processes. */
function selectionOf(type: GraphQLOutputType, above: readonly string[] = []): string {
  const named = getNamedType(type);
  if (isUnionType(named)) {
    const members = named.getTypes().map((member) => `... on ${member.name} ${selectionOf(member, above)}`);
    return `{ __typename ${members.join(' ')} }`;
  }
  if (!isObjectType(named)) return '';
  const path = [...above, named.name];
  const fields = Object.values(named.getFields()).flatMap((field) => {
    const below = getNamedType(field.type).name;
    if (path.filter((name) => name === below).length > 1) return [];
    const given = field.args.length === 0 ? '' : `(${field.args.map(inlined).join(', ')})`;
    return [`${field.name}${given} ${selectionOf(field.type, path)}`];
  });
  return `{ ${fields.join(' ')} }`;
}

/** Gives the value of a leaf of an input by its path, such as `createProcess.input.onboarding.subject.code`. */
type ValueOf = (path: string) => unknown;

/** Values of a type with every member filled: one, or one for each form that it has. */
function examplesOf(type: GraphQLInputType, path: string, valueOf: ValueOf): unknown[] {
  const bare = getNullableType(type);
  if (isListType(bare)) return examplesOf(bare.ofType, path, valueOf).map((value) => [value]);
  if (isInputObjectType(bare)) {
    const members = Object.values(bare.getFields()).map(
      (field) => [field.name, examplesOf(field.type, `${path}.${field.name}`, valueOf)] as const,
    );
    return bare.isOneOf
      ? members.flatMap(([name, values]) => values.map((value) => ({ [name]: value })))
      : [Object.fromEntries(members.map(([name, [value]]) => [name, value]))];
  }
  const given = valueOf(path);
  if (given !== undefined) return [given];
  if (isEnumType(bare)) return bare.getValues().map(({ name }) => name);
  throw new Error(`no value for ${path}`);
}

/** Every combination of the values that each member may have. */
function combined(choices: readonly (readonly [string, readonly unknown[]])[]): Record<string, unknown>[] {
  return choices.reduce<Record<string, unknown>[]>(
    (all, [name, values]) => all.flatMap((one) => values.map((value) => ({ ...one, [name]: value }))),
    [{}],
  );
}

/** Every operation that a schema has: each field of its roots with all that is below, once for each form of its arguments. */
export function operationsOf(schema: GraphQLSchema, valueOf: ValueOf): Operation[] {
  const roots = [
    ['query', schema.getQueryType()],
    ['mutation', schema.getMutationType()],
  ] as const;
  return roots.flatMap(([word, root]) =>
    Object.values(root?.getFields() ?? {}).flatMap((field) => {
      const { name, args, type } = field;
      const declared = args.map((arg) => `$${arg.name}: ${String(arg.type)}`).join(', ');
      const passed = args.map((arg) => `${arg.name}: $${arg.name}`).join(', ');
      const head = args.length === 0 ? [word, name] : [`${word} (${declared})`, `${name}(${passed})`];
      const query = `${head[0]} { ${head[1]} ${selectionOf(type)} }`;
      const choices = args.map(
        (arg) => [arg.name, examplesOf(arg.type, `${name}.${arg.name}`, valueOf)] as const,
      );
      return combined(choices).map((variables) => ({ name, query, variables }));
    }),
  );
}

/** An input that is filled with marks: what each leaf of the schema's inputs is given. */
export function markedInput(marks: Marks): ValueOf {
  return (path) => {
    const name = path.split('.').at(-1) ?? '';
    if (path === '_entities.representations') {
      const representation = { __typename: 'Process', id: nextId() };
      return { ...representation, source: 'IDCLOUD', cpf: marks.cpf('personal', path) };
    }
    if (/^ids?$|ProcessId$|processId$|BranchId$/.test(name)) return nextId();
    switch (name) {
      case 'code':
      case 'duiValue':
        return marks.cpf('personal', path);
      case 'name':
      case 'friendlyName':
        return marks.person('personal', path);
      case 'email':
        return marks.mail('personal', path);
      case 'phone':
        return marks.phone('personal', path);
      case 'birthDate':
        return marks.day('personal', path);
      case 'callbackUri':
        return marks.url('personal', path);
      case 'imageBase64':
      case 'referenceContent':
      case 'files':
        return marks.image('personal', path);
      case 'idempotencyKey':
        return `${marks.word('plain', path)}-${nextId()}`;
      case 'gender':
        return 'F';
      case 'expiresIn':
        return '3600s';
      case 'duiType':
        return 'BR_CPF';
      case 'referenceType':
        return 'REFERENCE_TYPE_IMAGE_BASE64';
      case 'type':
        return 'BR_CNH';
      case 'source':
      case 'purpose':
        return path.startsWith('createProcess.input.journey') ? marks.word('plain', path) : undefined;
      default:
        return marks.word('plain', path);
    }
  };
}

/** An object or list of JSON again, with one of its members, however deep, left out or given another value. */
export function withOneChanged(value: unknown, others: readonly unknown[]): unknown[] {
  if (Array.isArray(value)) return value.flatMap((item) => withOneChanged(item, others).map((one) => [one]));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, member]) => [
    Object.fromEntries(Object.entries(value).filter(([each]) => each !== name)),
    ...[...others, ...withOneChanged(member, others)].map((other) => ({ ...value, [name]: other })),
  ]);
}

/** What Unico is as far as the canary goes: whatever it says is marked. */
export type MarkedUnico = Upstream & {
  /** Answers so from now on; `null` for good answers. */
  say(reply: Reply | null): void;
};

/** A process of client/v1/process of which everything is marked that could be. */
function markedJourney(marks: Marks, id: string): object {
  const personal = {
    cpf: marks.cpf('personal', 'idcloud data.cpfNumero'),
    name: marks.person('personal', 'idcloud data.nomeCivil'),
    day: marks.day('personal', 'idcloud data.dataNascimento'),
  };
  const document = {
    doc_id: marks.word('plain', 'idcloud doc_id'),
    typified: true,
    cpf_match: true,
    face_match: true,
    validate_doc: true,
    reused_doc: false,
    signed_url: marks.url('personal', 'idcloud signed_url'),
    unknown: marks.person('personal', 'idcloud document.unknown'),
    doc: {
      version: 2,
      code: marks.word('plain', 'idcloud doc.code'),
      data: {
        numero: marks.word('personal', 'idcloud data.numero'),
        nomeCivil: personal.name,
        cpfNumero: personal.cpf,
        dataNascimento: `${personal.day}T00:00:00Z`,
        dataExpiracao: marks.day('personal', 'idcloud data.dataExpiracao'),
        categoria: marks.word('personal', 'idcloud data.categoria'),
        filiacao: [
          marks.person('personal', 'idcloud mother'),
          { pai: marks.person('personal', 'idcloud father') },
        ],
        endereco: { rua: { nome: marks.person('personal', 'idcloud street') } },
        [marks.word('personal', 'idcloud name of a member')]: 1,
      },
    },
  };
  return {
    process: {
      id,
      flow: marks.word('plain', 'idcloud flow'),
      callbackUri: marks.url('personal', 'idcloud callbackUri'),
      userRedirectUrl: marks.url('personal', 'idcloud userRedirectUrl'),
      state: 'PROCESS_STATE_FINISHED',
      result: 'PROCESS_RESULT_OK',
      createdAt: '2026-11-23T13:23:49.540865Z',
      finishedAt: '2026-11-23T13:24:49.540865Z',
      expiresAt: '2026-11-30T13:23:49.540865Z',
      purpose: marks.word('plain', 'idcloud purpose'),
      clientReference: marks.word('plain', 'idcloud clientReference'),
      useCase: marks.word('plain', 'idcloud useCase'),
      capacities: [marks.word('plain', 'idcloud capacities')],
      token: marks.jwt('personal', 'idcloud token'),
      person: {
        duiType: 'DUI_TYPE_BR_CPF',
        duiValue: marks.cpf('personal', 'idcloud duiValue'),
        friendlyName: marks.person('personal', 'idcloud friendlyName'),
        phone: marks.phone('personal', 'idcloud phone'),
        email: marks.mail('personal', 'idcloud email'),
        notifications: [{ notificationChannel: marks.word('plain', 'idcloud notificationChannel') }],
      },
      authenticationInfo: {
        authenticationId: marks.word('plain', 'idcloud authenticationId'),
        livenessResult: 'LIVENESS_RESULT_LIVE',
        authenticationResult: 'AUTHENTICATION_RESULT_POSITIVE',
        scoreEngineResult: { scoreEnabled: 'SCORE_ENABLED_TRUE', score: 61 },
        serproResult: { score: 87 },
      },
      companyData: {
        branchId: marks.word('plain', 'idcloud branchId'),
        countryCode: marks.word('plain', 'idcloud countryCode'),
      },
      bioTokenData: {
        referenceProcessId: nextId(),
        authenticationId: marks.word('plain', 'idcloud reference.authenticationId'),
      },
      services: [
        {
          envelope_id: marks.word('plain', 'idcloud envelopeId'),
          document_ids: [marks.word('plain', 'idcloud documentIds')],
          consent_granted: true,
          documents: [document],
        },
      ],
      unknown: { cpf: marks.cpf('personal', 'idcloud unknown') },
    },
  };
}

/** The same of processes/v1. */
function markedCapture(marks: Marks, id: string): object {
  return {
    id,
    status: 3,
    unicoId: { result: 'yes', unknown: marks.cpf('personal', 'api unicoId.unknown') },
    government: { serpro: 91 },
    liveness: 1,
    score: 55.5,
    riskLevel: { result: marks.word('plain', 'api riskLevel') },
    document: [
      {
        id: marks.word('plain', 'api document.id'),
        type: marks.word('plain', 'api document.type'),
        cpfMatch: true,
        faceMatch: true,
        content: {
          numero: marks.word('personal', 'api content.numero'),
          nome: marks.person('personal', 'api content.nome'),
          cpf: marks.cpf('personal', 'api content.cpf'),
          data_nascimento: marks.day('personal', 'api content.data_nascimento'),
          lista: [[{ telefone: marks.phone('personal', 'api content.telefone') }]],
        },
        fileUrls: [marks.url('personal', 'api file 1'), marks.url('personal', 'api file 2')],
      },
    ],
    subject: {
      code: marks.cpf('personal', 'api subject'),
      email: marks.mail('personal', 'api subject.email'),
    },
  };
}

/** Processes of either contract with somebody's number in the place of every word. */
export function cpfForEveryWord(marks: Marks, id: string): Reply {
  const word = (name: string): string => marks.cpf('plain', `a CPF for the word ${name}`);
  return {
    body: {
      // Of processes/v1, and of idcloud: each client reads its own members.
      id,
      status: word('status'),
      unicoId: { result: word('unicoId') },
      idCloud: { result: word('idCloud') },
      riskLevel: { result: word('riskLevel') },
      liveness: word('liveness'),
      process: {
        id,
        state: word('state'),
        result: word('result'),
        flow: word('flow'),
        purpose: word('purpose'),
        useCase: word('useCase'),
        createdAt: word('createdAt'),
        capacities: [word('capacities')],
        person: { duiType: word('duiType'), notifications: [{ notificationChannel: word('channel') }] },
        companyData: { countryCode: word('countryCode') },
        authenticationInfo: {
          livenessResult: word('livenessResult'),
          authenticationResult: word('authenticationResult'),
          identityFraudstersResult: word('identityFraudstersResult'),
          bioTokenEngineResult: word('bioTokenEngineResult'),
          idAgeResult: word('idAgeResult'),
          scoreEngineResult: { scoreEnabled: word('scoreEnabled'), score: word('score') },
          serproResult: { score: word('serpro') },
        },
        services: [{ documents: [{ doc: { code: word('code'), version: Number(word('version')) } }] }],
      },
    },
  };
}

/** Starts a Unico that marks whatever it says, in bodies and headers; it gives tokens too. */
export async function startMarkedUnico(marks: Marks): Promise<MarkedUnico> {
  let outcome: Reply | null = null;
  const headers = {
    'x-subject': marks.cpf('personal', 'a header of Unico'),
    'set-cookie': `subject=${marks.word('personal', 'a cookie of Unico')}`,
    etag: `"${marks.word('personal', 'an etag of Unico')}"`,
  };

  function wellAnswered({ method, path }: SeenRequest): Reply {
    const [address = ''] = path.split('?');
    if (address === '/documents/v1') {
      const items = [
        {
          documentId: marks.word('personal', 'documents documentId'),
          documentType: marks.word('personal', 'documents documentType'),
          owner: marks.cpf('personal', 'documents owner'),
        },
      ];
      return { headers, body: { items } };
    }
    const id = method === 'GET' ? (address.split('/').at(-1) ?? '') : nextId();
    if (address.startsWith('/processes/v1')) return { headers, body: markedCapture(marks, id) };
    const set = /^\/client\/v1\/process\/(.+)\/document$/.exec(address)?.[1];
    return { headers, body: markedJourney(marks, set ?? id) };
  }

  const upstream = await startUpstream((seen) => {
    if (seen.path !== '/oauth2/token') return outcome ?? wellAnswered(seen);
    const token = marks.jwt('secret', 'the access token of Unico');
    return { headers, body: { access_token: token, token_type: 'Bearer', expires_in: 3600 } };
  });
  return { ...upstream, say: (reply) => void (outcome = reply) };
}

/** Everything that an error of Unico's can quote. */
function quoted(marks: Marks): string {
  return [
    marks.cpf('personal', 'an error: CPF'),
    marks.person('personal', 'an error: name'),
    marks.mail('personal', 'an error: e-mail'),
    marks.phone('personal', 'an error: phone'),
    marks.url('personal', 'an error: address'),
  ].join(' ');
}

/** What an answer quotes in its headers. */
function quotingHeaders(marks: Marks): Record<string, string> {
  return {
    'retry-after': marks.word('personal', 'a header: retry-after'),
    'set-cookie': `cpf=${marks.cpf('personal', 'a header: set-cookie')}`,
    location: marks.url('personal', 'a header: location'),
    'www-authenticate': `Bearer realm="${marks.word('personal', 'a header: realm')}"`,
    'x-error': marks.mail('personal', 'a header: x-error'),
    server: marks.word('personal', 'a header: server'),
  };
}

/** Every way in which Unico refuses, with a person in each word: those of the documents, and those of others. */
export function refusals(marks: Marks): Reply[] {
  const said = quoted(marks);
  const headers = quotingHeaders(marks);
  const documented = CATALOGUE.filter(({ status }) => status < 500).map(
    ({ family, code, status, message = '' }) => ({
      status,
      headers,
      body:
        family === 'api'
          ? { error: { code, description: `${message} ${said}` } }
          : { code: Number(code ?? 16), message: `${message} ${said}`, details: [{ value: said }] },
    }),
  );
  const cpf = marks.cpf('personal', 'an error: code');
  const others = [400, 401, 403, 404, 409, 410, 422].flatMap((status) => [
    { status, headers, body: { error: { code: cpf, message: said } } },
    { status, headers, body: { Error: said, code: Number(cpf), [said]: said } },
    { status, headers, body: said },
    {
      status,
      headers: { ...headers, 'content-type': 'text/html' },
      body: `<html><title>${said}</title></html>`,
    },
  ]);
  return [...documented, ...others];
}

/** Answers that are none, with a person in what there is of them. */
export function nonsense(marks: Marks): Reply[] {
  const said = quoted(marks);
  const headers = quotingHeaders(marks);
  return [
    { headers, body: `{"process":{"id":"${said}` },
    { headers, body: said },
    { headers, body: `<html>${said}</html>` },
    { headers, body: { [said]: said } },
    { headers, body: { id: said, process: { id: said }, items: said } },
    {
      headers,
      body: {
        id: nextId(),
        process: { id: nextId(), person: { duiValue: said } },
        items: [{ documentId: [said] }],
      },
    },
    { headers: { ...headers, 'content-encoding': 'gzip' }, body: said },
    { status: 302, headers, body: said },
    { status: 206, headers, body: said },
  ];
}

/** Ways in which Unico is down, with a person in what it still says. */
export function outages(marks: Marks): Reply[] {
  const said = quoted(marks);
  const headers = { ...quotingHeaders(marks), 'content-type': 'text/html' };
  return [
    { status: 500, headers, body: { error: { code: '99999', description: said } } },
    { status: 502, headers, body: `<html><body>${said}</body></html>` },
    'drop',
    'drop in the middle of the body',
    'never answer',
    'never send the body',
  ];
}

/** An answer of the program as it came over the wire. */
export type Exchange = { status: number; headers: string; body: string };

export type Asking = {
  method?: string;
  path?: string;
  headers?: Record<string, string>;
  body?: string | Buffer;
};

/** Asks for anything that HTTP can ask for, which is more than `fetch` can. */
export function exchange(
  url: string,
  { method = 'POST', path = '/graphql', headers = {}, body }: Asking,
): Promise<Exchange> {
  return new Promise((resolve) => {
    const json = { 'content-type': 'application/json' };
    const outgoing = request(url, { method, path, headers: { ...json, ...headers } }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('close', () =>
        resolve({
          status: response.statusCode ?? 0,
          headers: response.rawHeaders.join('\n'),
          body: Buffer.concat(chunks).toString('utf8'),
        }),
      );
    });
    // Whoever sends too much may be cut off, which tells nothing.
    outgoing.on('error', () => resolve({ status: 0, headers: '', body: '' }));
    outgoing.end(body);
  });
}

/** An answer in two: its `data`, which those may see who have the scopes, and everything else, which is for everybody. */
export function partsOf({ status, headers, body }: Exchange): { data: string; rest: string } {
  try {
    const { data = null, ...rest } = JSON.parse(body) as { data?: unknown };
    return { data: JSON.stringify(data), rest: [status, headers, JSON.stringify(rest)].join('\n') };
  } catch {
    return { data: 'null', rest: [status, headers, body].join('\n') };
  }
}
