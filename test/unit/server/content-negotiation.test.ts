import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { negotiateContentType, negotiateEncoding } from '../../../src/server/content-negotiation.ts';
import { RequestRejected } from '../../../src/server/request-rejected.ts';

const JSON_TYPE = 'application/json';
const GRAPHQL_TYPE = 'application/graphql-response+json';

/** The media type that is negotiated for a header, or the status of the rejection. */
function negotiated(header: string | undefined): string | number {
  try {
    const { accept, contentType } = negotiateContentType(header);
    expect(contentType).toBe(`${accept}; charset=utf-8`);
    return accept;
  } catch (error) {
    if (!(error instanceof RequestRejected) || error.reason !== 'accept' || error.code !== 'BAD_REQUEST')
      throw error;
    return error.status;
  }
}

describe('negotiateContentType', () => {
  test.each<[string | undefined, string | number]>([
    [undefined, JSON_TYPE],
    ['', JSON_TYPE],
    ['  ', JSON_TYPE],
    ['*/*', JSON_TYPE],
    ['application/*', JSON_TYPE],
    ['application/*, */*', JSON_TYPE],
    ['application/json', JSON_TYPE],
    ['APPLICATION/JSON', JSON_TYPE],
    ['application/json; charset=utf-8', JSON_TYPE],
    ['application/json; charset="UTF-8"', JSON_TYPE],
    ['application/graphql-response+json', GRAPHQL_TYPE],
    ['application/graphql-response+json; charset=utf-8', GRAPHQL_TYPE],
    // Parameters other than the quality do not matter.
    ['application/json; charset=iso-8859-1', JSON_TYPE],
    ['application/json; indent=2; q=0.5, text/html', JSON_TYPE],
    ['application/graphql-response+json; profile="a"', GRAPHQL_TYPE],
    ['multipart/mixed;deferSpec=20220824, application/json', JSON_TYPE],
    ['text/html, application/xhtml+xml, */*;q=0.8', JSON_TYPE],
    // Equal quality: the order of the header.
    ['application/json, application/graphql-response+json', JSON_TYPE],
    ['application/graphql-response+json, application/json', GRAPHQL_TYPE],
    ['application/json;q=0.5, application/graphql-response+json;q=0.5', JSON_TYPE],
    ['application/graphql-response+json;charset=utf-8,application/json;charset=utf-8', GRAPHQL_TYPE],
    // Equal quality: a type that is named is preferred over one that matches a wildcard.
    ['*/*, application/graphql-response+json', GRAPHQL_TYPE],
    ['*/*, application/json', JSON_TYPE],
    ['application/*, application/json', JSON_TYPE],
    // The higher quality is preferred.
    ['application/json;q=0.9, application/graphql-response+json;q=0.8', JSON_TYPE],
    ['application/json;q=0.8, application/graphql-response+json;q=0.9', GRAPHQL_TYPE],
    ['application/json; Q=0.8 , application/graphql-response+json ; q=0.801', GRAPHQL_TYPE],
    ['application/json;q=0.5, */*', GRAPHQL_TYPE],
    ['application/graphql-response+json;q=0.5, */*;q=0.6', JSON_TYPE],
    ['application/graphql-response+json;q=0.001, text/html', GRAPHQL_TYPE],
    // Quality 0 excludes, also from a wildcard.
    ['application/json;q=0, */*', GRAPHQL_TYPE],
    ['application/graphql-response+json;q=0, application/*', JSON_TYPE],
    ['application/json;q=abc', JSON_TYPE],
    ['*/*;q=-1', JSON_TYPE],
    ['application/json;profile="a;q=0"', JSON_TYPE],
    ['application/json;profile="a,b";q=0.4, application/graphql-response+json;q=0.5', GRAPHQL_TYPE],
    ['application/json;q=0', 406],
    ['application/json;q=0.000, application/graphql-response+json;q=0.0', 406],
    ['*/*;q=0', 406],
    ['application/*;q=0, */*', 406],
    ['text/html', 406],
    ['application/xml, text/*', 406],
    ['json', 406],
    [',', 406],
  ])('Accept %j is answered with %s', (header, expected) => {
    expect(negotiated(header)).toBe(expected);
    // The second time from memory.
    expect(negotiated(header)).toBe(expected);
  });

  type Element = { range: string; charset: boolean; quality: string | null };

  /** RFC 9110, 12.5.1: the quality of a type is that of the most specific range that matches it; the highest one wins. */
  function allowedBy(elements: readonly Element[]): (string | number)[] {
    const ratings = [GRAPHQL_TYPE, JSON_TYPE].map((type) => {
      const matching = elements.flatMap(({ range, quality }) => {
        const specificity = ['*/*', 'application/*', type].indexOf(range);
        return specificity === -1 ? [] : [{ specificity, q: Number(quality ?? 1) }];
      });
      const specificity = Math.max(-1, ...matching.map((one) => one.specificity));
      const q = Math.max(0, ...matching.filter((one) => one.specificity === specificity).map((one) => one.q));
      return { type, specificity, q };
    });
    const [best] = ratings.toSorted((a, b) => b.q - a.q || b.specificity - a.specificity);
    if (best === undefined || best.q === 0) return [406];
    return ratings
      .filter(({ q, specificity }) => q === best.q && specificity === best.specificity)
      .map(({ type }) => type);
  }

  test('every well-formed Accept is answered with a type of the highest quality and specificity, or with 406', () => {
    const element: fc.Arbitrary<Element> = fc.record({
      range: fc.constantFrom(JSON_TYPE, GRAPHQL_TYPE, 'application/*', '*/*', 'text/html', 'text/*'),
      charset: fc.boolean(),
      quality: fc.option(
        fc.constantFrom('0', '0.0', '0.000', '0.001', '0.5', '0.50', '0.9', '1', '1.', '1.000'),
      ),
    });
    const spaces = fc.constantFrom('', ' ', '\t');
    const header = fc.tuple(fc.array(element, { minLength: 1, maxLength: 6 }), spaces, spaces, fc.boolean());
    fc.assert(
      fc.property(header, ([elements, before, after, upper]) => {
        const text = elements
          .map(({ range, charset, quality }) =>
            [
              range,
              ...(charset ? ['charset=utf-8'] : []),
              ...(quality === null ? [] : [`q=${quality}`]),
            ].join(`${before};${after}`),
          )
          .join(`${before},${after}`);
        expect(allowedBy(elements)).toContain(negotiated(upper ? text.toUpperCase() : text));
      }),
      { numRuns: 5_000 },
    );
  });

  test('any header at all is answered with one of the two types or with 406', () => {
    const part = fc.oneof(
      fc.string(),
      fc.constantFrom(
        JSON_TYPE,
        GRAPHQL_TYPE,
        '*/*',
        ';q=',
        ';',
        ',',
        '"',
        '\\',
        '=',
        ' ',
        'q=abc',
        'q=-1',
        '/',
        'a/b',
      ),
    );
    const header = fc.array(part, { maxLength: 10 }).map((parts) => parts.join(''));
    fc.assert(
      fc.property(header, (text) => {
        expect([JSON_TYPE, GRAPHQL_TYPE, 406]).toContain(negotiated(text));
      }),
      { numRuns: 5_000 },
    );
  });
});

type Coding = { coding: string; quality: number | null };

/** RFC 9110, 12.5.3: `identity` is acceptable, though last, unless the header excludes it by its name or by `*`. */
function encodingsAllowedBy(list: readonly Coding[]): string[] {
  const qualityOf = (name: string): number => {
    const found = list.find((one) => one.coding === name) ?? list.find((one) => one.coding === '*');
    if (found !== undefined) return found.quality ?? 1;
    return name === 'identity' ? Number.MIN_VALUE : 0;
  };
  const names = ['br', 'gzip', 'identity'];
  const best = Math.max(...names.map(qualityOf));
  if (best === 0) return ['none'];
  const always = qualityOf('identity') === 0 ? ' always' : '';
  return names.filter((name) => qualityOf(name) === best).map((name) => `${name}${always}`);
}

/** The encoding that is negotiated for a header, and whether it applies to short responses too. */
function encodingFor(header: string, compresses = true): string {
  const encoding = negotiateEncoding(header, compresses);
  if (encoding === null) return 'none';
  return `${encoding.coding ?? 'identity'}${encoding.always ? ' always' : ''}`;
}

describe('negotiateEncoding', () => {
  const coding = fc.constantFrom('br', 'gzip', 'identity', '*', 'deflate', 'zstd');
  const quality = fc.option(fc.constantFrom(0, 0.001, 0.3, 0.5, 0.9, 1));

  test('every well-formed Accept-Encoding is answered with an encoding of the highest quality, or with none', () => {
    const elements = fc.uniqueArray(fc.record({ coding, quality }), {
      minLength: 1,
      maxLength: 6,
      selector: (one) => one.coding,
    });
    fc.assert(
      fc.property(elements, (list) => {
        const header = list.map((one) =>
          one.quality === null ? one.coding : `${one.coding};q=${one.quality}`,
        );
        expect(encodingsAllowedBy(list)).toContain(encodingFor(header.join(', ')));
      }),
      { numRuns: 5_000 },
    );
  });

  test('any header at all is answered with one of the encodings, or with none', () => {
    const part = fc.oneof(fc.string(), coding, fc.constantFrom(';q=', ';', ',', '"', '=', ' ', 'q=abc', '0'));
    const header = fc.array(part, { maxLength: 10 }).map((parts) => parts.join(''));
    const all = ['br', 'gzip', 'identity', 'br always', 'gzip always', 'none'];
    fc.assert(
      fc.property(header, (text) => {
        expect(all).toContain(encodingFor(text));
        expect(['identity', 'none']).toContain(encodingFor(text, false));
      }),
      { numRuns: 5_000 },
    );
  });
});
