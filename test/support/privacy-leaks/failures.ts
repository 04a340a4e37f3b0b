import { CATALOGUE } from '../../../src/upstream/unico/errors/error-catalogue.ts';
import type { Reply } from '../upstream.ts';
import type { Marks } from './marks.ts';
import { nextId } from './operations.ts';

/** The personal data that an error of Unico can quote. */
function quoted(marks: Marks): string {
  return [
    marks.cpf('personal', 'an error: CPF'),
    marks.person('personal', 'an error: name'),
    marks.mail('personal', 'an error: e-mail'),
    marks.phone('personal', 'an error: phone'),
    marks.url('personal', 'an error: address'),
  ].join(' ');
}

/** The headers of a response that quote personal data. */
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

/** Every refusal of Unico with personal data in its texts: the documented ones, and others. */
export function refusals(marks: Marks): Reply[] {
  const text = quoted(marks);
  const headers = quotingHeaders(marks);
  const documented = CATALOGUE.filter(({ status }) => status < 500).map(
    ({ family, code, status, message = '' }) => ({
      status,
      headers,
      body:
        family === 'api'
          ? { error: { code, description: `${message} ${text}` } }
          : { code: Number(code ?? 16), message: `${message} ${text}`, details: [{ value: text }] },
    }),
  );
  const cpf = marks.cpf('personal', 'an error: code');
  const others = [400, 401, 403, 404, 409, 410, 422].flatMap((status) => [
    { status, headers, body: { error: { code: cpf, message: text } } },
    { status, headers, body: { Error: text, code: Number(cpf), [text]: text } },
    { status, headers, body: text },
    {
      status,
      headers: { ...headers, 'content-type': 'text/html' },
      body: `<html><title>${text}</title></html>`,
    },
  ]);
  return [...documented, ...others];
}

/** Malformed responses that contain personal data. */
export function malformed(marks: Marks): Reply[] {
  const text = quoted(marks);
  const headers = quotingHeaders(marks);
  return [
    { headers, body: `{"process":{"id":"${text}` },
    { headers, body: text },
    { headers, body: `<html>${text}</html>` },
    { headers, body: { [text]: text } },
    { headers, body: { id: text, process: { id: text }, items: text } },
    {
      headers,
      body: {
        id: nextId(),
        process: { id: nextId(), person: { duiValue: text } },
        items: [{ documentId: [text] }],
      },
    },
    { headers: { ...headers, 'content-encoding': 'gzip' }, body: text },
    { status: 302, headers, body: text },
    { status: 206, headers, body: text },
  ];
}

/** Outages of Unico, with personal data in the responses that it still sends. */
export function outages(marks: Marks): Reply[] {
  const text = quoted(marks);
  const headers = { ...quotingHeaders(marks), 'content-type': 'text/html' };
  return [
    { status: 500, headers, body: { error: { code: '99999', description: text } } },
    { status: 502, headers, body: `<html><body>${text}</body></html>` },
    'drop',
    'drop in the middle of the body',
    'never answer',
    'never send the body',
  ];
}
