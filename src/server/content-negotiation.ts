import Negotiator from 'negotiator';
import { RequestRejected } from './request-rejected.ts';

/** A media type of responses: `accept` selects it in Apollo Server, and `contentType` is the header of the response. */
export type NegotiatedType = { accept: string; contentType: string };

/** How a response is encoded. */
export type NegotiatedEncoding = {
  /** The encoding of long responses; `null`: none is encoded. */
  coding: 'br' | 'gzip' | null;
  /** Whether short responses are encoded too, because the client forbids one that is not encoded. */
  always: boolean;
  /** Whether another `Accept-Encoding` could have another response. */
  varies: boolean;
};

const JSON_TYPE: NegotiatedType = {
  accept: 'application/json',
  contentType: 'application/json; charset=utf-8',
};
const GRAPHQL_RESPONSE_TYPE: NegotiatedType = {
  accept: 'application/graphql-response+json',
  contentType: 'application/graphql-response+json; charset=utf-8',
};
/** The first one is the default, for clients that accept both by the same wildcard. */
const AVAILABLE_TYPES = [JSON_TYPE, GRAPHQL_RESPONSE_TYPE];

/** The first one is the default, for clients that accept both by the same wildcard. */
const CODINGS = ['br', 'gzip'] as const;
/** Every client accepts a response that is not encoded, unless it says otherwise. */
const IDENTITY = 'identity';

/** How many results are cached of each kind. A router sends the same header with all its requests. */
const MAX_CACHED = 100;

/** Caches the results of a function of a header. */
function cachedByHeader<Result extends object>(
  negotiate: (header: string) => Result | null,
): (header: string) => Result | null {
  const cached = new Map<string, Result | null>();
  return (header) => {
    let result = cached.get(header);
    if (result === undefined) {
      result = negotiate(header);
      if (cached.size < MAX_CACHED) cached.set(header, result);
    }
    return result;
  };
}

const QUOTED_TEXT = /"[^"]*"/g;
const QUALITY = /^q\s*=\s*(?:\d{1,9}(?:\.\d{0,9})?|\.\d{1,9})$/;

/**
 * Removes all parameters but the quality: a client that names a charset or a profile can read plain JSON too. A quality
 * that is not a number is removed, so that a malformed header is not taken for a refusal.
 */
function withoutParameters(header: string): string {
  return header
    .replaceAll(QUOTED_TEXT, '')
    .split(',')
    .map((element) => {
      const [range = '', ...parameters] = element.split(';').map((part) => part.trim().toLowerCase());
      return [range, ...parameters.filter((parameter) => QUALITY.test(parameter))].join(';');
    })
    .join(',');
}

const typeByHeader = cachedByHeader((header): NegotiatedType | null => {
  const negotiator = new Negotiator({ headers: { accept: withoutParameters(header) } });
  const type = negotiator.mediaType(AVAILABLE_TYPES.map(({ accept }) => accept));
  return AVAILABLE_TYPES.find(({ accept }) => accept === type) ?? null;
});

/**
 * Selects the media type of the response by the header `Accept` (RFC 9110, 12.5.1): by quality, then a named type
 * before a wildcard, then the order of the header. Called before anything is executed, because Unico would charge for a
 * creation whose response the client cannot read. Throws `RequestRejected` (406) where the client accepts neither type.
 */
export function negotiateContentType(header: string | undefined): NegotiatedType {
  const type = typeByHeader(header === undefined || header.trim() === '' ? '*/*' : header);
  if (type !== null) return type;
  const message =
    'expected the header "accept" to allow application/graphql-response+json or application/json, got neither';
  throw new RequestRejected(message, { reason: 'accept', status: 406, code: 'BAD_REQUEST' });
}

function encodingsOf(header: string, available: readonly string[]): string[] {
  const negotiator = new Negotiator({ headers: { 'accept-encoding': withoutParameters(header) } });
  return negotiator.encodings(available);
}

const compressedByHeader = cachedByHeader((header): NegotiatedEncoding | null => {
  const [first, ...others] = encodingsOf(header, [...CODINGS, IDENTITY]);
  if (first === undefined) return null;
  const coding = CODINGS.find((name) => name === first) ?? null;
  return { coding, always: coding !== null && !others.includes(IDENTITY), varies: true };
});

/** For responses that are sent as they are, whatever the client asks for. */
export const NOT_ENCODED: NegotiatedEncoding = { coding: null, always: false, varies: false };
const uncompressedByHeader = cachedByHeader((header): NegotiatedEncoding | null =>
  encodingsOf(header, [IDENTITY]).length > 0 ? NOT_ENCODED : null,
);

/** For a client that does not ask for compression. */
const NOT_REQUESTED: NegotiatedEncoding = { coding: null, always: false, varies: true };

/**
 * Selects the encoding of the response by the header `Accept-Encoding` (RFC 9110, 12.5.3), by the same rules. With
 * `compresses` false, no response is encoded. Returns `null` where the client forbids every encoding that is available.
 */
export function negotiateEncoding(
  header: string | undefined,
  compresses: boolean,
): NegotiatedEncoding | null {
  if (!compresses) return header === undefined ? NOT_ENCODED : uncompressedByHeader(header);
  return header === undefined ? NOT_REQUESTED : compressedByHeader(header);
}
