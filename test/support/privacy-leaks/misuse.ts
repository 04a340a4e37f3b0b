import { gzipSync } from 'node:zlib';
import type { RawRequest } from './exchange.ts';
import type { Marks } from './marks.ts';

/** A wrong request of the kind that callers send by mistake. */
export type Misuse = {
  what: string;
  request: RawRequest;
  /** The names of marks that GraphQL must repeat to the same caller: aliases. */
  own?: string[];
};

const body = (value: unknown): string => JSON.stringify(value);

/** Personal data in every part of a query. */
function queries(marks: Marks): Misuse[] {
  const cpf = marks.cpf('personal', 'misuse: CPF');
  const printed = cpf.replace(/^(...)(...)(...)(..)$/, '$1.$2.$3-$4');
  const name = marks.person('personal', 'misuse: name');
  const mail = marks.mail('personal', 'misuse: e-mail');
  const word = marks.word('personal', 'misuse: word');
  const texts = [cpf, printed, name, mail, `${name} ${printed} <${mail}>`].map((text) =>
    JSON.stringify(text),
  );

  const literals = [...texts, cpf, `[${cpf}]`, `{ cpf: ${cpf} }`, word, `"""\n${name}\n${cpf}\n"""`];
  const entries = [
    (value: string) => `{ process(id: ${value}) { state } }`,
    (value: string) => `{ process(id: "x", source: ${value}) { state } }`,
    (value: string) => `{ processes(ids: ${value}) { state } }`,
    (value: string) => `{ reusableDocuments(code: ${value}, type: BR_CNH) { documentId } }`,
    (value: string) => `{ reusableDocuments(code: "x", type: ${value}) { documentId } }`,
    (value: string) => `{ _entities(representations: ${value}) { __typename } }`,
    (value: string) =>
      `{ _entities(representations: [{ __typename: ${value}, id: ${value} }]) { __typename } }`,
    (value: string) =>
      `mutation { forgetProcess(id: ${value}) { userErrors { message field } heldByUnico } }`,
    (value: string) =>
      `mutation { setProcessDocument(input: { processId: ${value}, duiType: BR_CPF, duiValue: ${value} }) { userErrors { message field } } }`,
    (value: string) =>
      `mutation { createProcess(idempotencyKey: ${value}, input: { journey: ${value} }) { userErrors { message field } } }`,
    (value: string) =>
      `mutation { createProcess(idempotencyKey: "k", input: { document: { purpose: ${value} } }) { userErrors { message } } }`,
  ];
  const names = [
    `{ f${cpf} }`,
    `{ ${word} }`,
    `{ process(id: "x") { f${cpf} ${word} { ${word} } } }`,
    `{ process(${word}: 1, f${cpf}: 2) { state } }`,
    `{ process(id: "x") { ...${word} } }`,
    `fragment ${word} on ${word} { id } { __typename }`,
    `{ process(id: "x") { ... on ${word} { id } } }`,
    `{ process(id: "x") @${word}(f${cpf}: 1) { state } }`,
    `query ${word} { __typename } query f${cpf} { __typename }`,
    `query ($f${cpf}: ID!) { process(id: $f${cpf}) { state } }`,
    `query ($f${cpf}: ${word}) { __typename }`,
    `query ($id: ID = ${cpf}) { process(id: $id, source: $f${cpf}) { state } }`,
    `mutation { createProcess(idempotencyKey: "k", input: { ${word}: { f${cpf}: "${name}" } }) { replayed } }`,
    `subscription ${word} { f${cpf} }`,
    `{ __type(name: "${word}") { name } }`,
    `# ${name} ${cpf}\n{ __typename ${name}`,
    `${name} ${printed} ${mail}`,
    cpf,
    `{ process(id: "${cpf}`,
    `{ process(id: "\\${cpf}") { id } }`,
    `{ process(id: """${name}`,
    `{ process(id: ${cpf}${word}) { id } }`,
    `{ process(id: 0${cpf}) { id } }`,
  ];
  const all = [...entries.flatMap((entry) => literals.map(entry)), ...names];
  return [
    ...all.map((query) => ({ what: query, request: { body: body({ query }) } })),
    ...['a', 'b'].map((id) => {
      const [own, alias] = [`misuse: alias ${id}`, marks.word('personal', `misuse: alias ${id}`)];
      const query = `{ ${alias}: process(id: "${id}") { ${alias}: state } }`;
      return { what: query, request: { body: body({ query }) }, own: [own] };
    }),
  ];
}

/** Personal data in other parts of a body. */
function bodies(marks: Marks): Misuse[] {
  const cpf = marks.cpf('personal', 'misuse: CPF in a body');
  const name = marks.person('personal', 'misuse: name in a body');
  const word = marks.word('personal', 'misuse: word in a body');
  const query = '{ __typename }';
  const values: unknown[] = [
    { query, operationName: word },
    { query, operationName: `f${cpf}` },
    { query, operationName: { [word]: cpf } },
    { query, variables: cpf },
    { query, variables: [cpf, name] },
    { query, variables: { [name]: cpf } },
    { query, extensions: cpf },
    { query, extensions: { [name]: cpf, persistedQuery: { version: cpf, sha256Hash: word } } },
    { extensions: { persistedQuery: { version: 1, sha256Hash: word } } },
    {
      query,
      extensions: { subscription: { callbackUrl: `http://127.0.0.1:1/${word}`, subscriptionId: cpf } },
    },
    { query, http: { headers: { [word]: cpf } }, [name]: cpf },
    { query: { [name]: cpf } },
    { query: Number(cpf) },
    { [name]: cpf },
    [{ query: word }, cpf],
    cpf,
    Number(cpf),
    null,
  ];
  const texts = [
    `{"query":"{ __typename }","variables":{"cpf":"${cpf}`,
    `{"query":"{ __typename }"} ${name}`,
    `${name} ${cpf}`,
    `{${word}: ${cpf}}`,
    `{"query":"${name}\n${cpf}"}`,
    '',
  ];
  const types: Record<string, string>[] = [
    { 'content-type': `text/${word}` },
    { 'content-type': `application/json; charset=${word}` },
    { 'content-type': `multipart/form-data; boundary=${word}` },
    { 'content-encoding': word },
    { 'content-encoding': 'gzip' },
  ];
  const long = body({ query, variables: { name: `${name} ${cpf} `.repeat(10_000) } });
  const longer = body({ query: `{ ${word} }`, variables: { image: `${name} ${cpf} `.repeat(300_000) } });
  return [
    ...values.map((value) => ({ what: `the body ${body(value)}`, request: { body: body(value) } })),
    ...texts.map((text) => ({ what: `the body ${text}`, request: { body: text } })),
    ...types.map((each) => ({
      what: body(each),
      request: { headers: each, body: gzipSync(`${name} ${cpf}`) },
    })),
    { what: 'a body of 300 KB', request: { body: long } },
    { what: 'a body of 9 MB', request: { body: longer } },
    { what: 'a query of 200 KB', request: { body: body({ query: `{ ${`f${cpf} `.repeat(15_000)} }` }) } },
  ];
}

/** Personal data in headers that this subgraph, gateways or proxies read. */
function headers(marks: Marks): Misuse[] {
  const cpf = marks.cpf('personal', 'misuse: CPF in a header');
  const word = marks.word('personal', 'misuse: word in a header');
  const mail = marks.mail('personal', 'misuse: e-mail in a header');
  const token = marks.jwt('personal', 'misuse: a token without a signature');
  const query = body({ query: '{ process(id: "x") { state } }' });
  const authorizations = [
    cpf,
    word,
    `Basic ${cpf}`,
    `Bearer ${cpf}`,
    `Bearer ${token}`,
    `Bearer ${word} ${mail}`,
    `bearer  ${token} `,
  ];
  const names = [
    'user-agent',
    'x-request-id',
    'traceparent',
    'tracestate',
    'baggage',
    'cookie',
    'referer',
    'origin',
    'from',
    'forwarded',
    'x-forwarded-for',
    'x-user-id',
    'accept',
    'accept-language',
    'if-none-match',
    'apollographql-client-name',
    'apollographql-client-version',
    'apollo-require-preflight',
    'apollo-query-plan-experimental',
    'apollo-federation-include-trace',
    `x-${word}`,
    `x-${cpf}`,
  ];
  return [
    ...authorizations.map((authorization) => ({
      what: `authorization: ${authorization}`,
      request: { headers: { authorization }, body: query },
    })),
    {
      what: 'another secret of a router',
      request: { headers: { 'router-authorization': `${word}${cpf}` }, body: query },
    },
    ...names.map((name) => ({
      what: `${name}: …`,
      request: { headers: { [name]: `${cpf} ${word} ${mail}` }, body: query },
    })),
  ];
}

/** Personal data in a URL. */
function addresses(marks: Marks): Misuse[] {
  const cpf = marks.cpf('personal', 'misuse: CPF in an address');
  const name = encodeURIComponent(marks.person('personal', 'misuse: name in an address'));
  const word = marks.word('personal', 'misuse: word in an address');
  const query = encodeURIComponent(`{ process(id: "${cpf}") { ${word} } }`);
  const variables = encodeURIComponent(body({ [word]: cpf }));
  const paths = [
    `/${cpf}`,
    `/${name}`,
    `//${word}.example/graphql`,
    `/graphql/${cpf}`,
    `/graphql/../${word}`,
    `/graphql?cpf=${cpf}&name=${name}`,
    `/graphql?query=${query}`,
    `/graphql?query=${query}&variables=${variables}&operationName=${word}`,
    `/graphql?query=%7B__typename%7D&variables=${cpf}${word}`,
    `/graphql?query=%7B__typename%7D&extensions=${variables}`,
    `/graphql?query=${word}&query=${cpf}`,
    `/graphql?%E0%A4%A=${cpf}`,
    `/livez?${cpf}`,
    `/readyz?${cpf}`,
    `/metrics?${cpf}`,
    `/metrics/${word}`,
  ];
  const methods = ['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE', 'PATCH'];
  return methods.flatMap((method) =>
    paths.map((path) => ({
      what: `${method} ${path}`,
      request: { method, path, headers: { 'apollo-require-preflight': 'true' } },
    })),
  );
}

/** All misuses, each with marks instead of personal data. */
export function misuses(marks: Marks): Misuse[] {
  return [...queries(marks), ...bodies(marks), ...headers(marks), ...addresses(marks)];
}

/** Malformed or oversized HTTP. */
export function brokenHttp(marks: Marks): string[] {
  const cpf = marks.cpf('personal', 'misuse: CPF in malformed HTTP');
  const name = marks.person('personal', 'misuse: name in malformed HTTP');
  return [
    `${name} ${cpf}\r\n\r\n`,
    `POST /${cpf} HTTP/9.9\r\n\r\n`,
    `GET /graphql HTTP/1.1\r\nhost: x\r\n${cpf}\r\n\r\n`,
    `GET /graphql HTTP/1.1\r\nhost: x\r\n${name}: ${cpf}\r\n\r\n`,
    `GET /graphql HTTP/1.1\r\nhost: x\r\nx: ${cpf.repeat(3_000)}\r\n\r\n`,
    `POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-length: ${cpf}${cpf}\r\n\r\n`,
    `POST /graphql HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n${cpf}${name}\r\n`,
  ];
}
