import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DUI_TYPES, type DuiType } from '../../../../../src/domain/person.ts';
import { validateDocumentNumber } from '../../../../../src/upstream/unico/validation/document-number.ts';

const problemsOf = (duiType: DuiType, duiValue: string): string[] =>
  validateDocumentNumber({ duiType, duiValue }).map(
    ({ field, code, upstreamCode }) => `${field?.join('.')} ${code} (${upstreamCode})`,
  );

describe('validateDocumentNumber (S3)', () => {
  const settable = new Set<string>(['BR_CPF', 'MX_CURP', 'US_SSN']);
  test.each([...DUI_TYPES, 'UNKNOWN' as const].map((type) => [type, settable.has(type)] as const))(
    'a document number of kind %s is accepted: %s',
    (duiType, ok) => {
      expect(problemsOf(duiType, '12345678909')).toEqual(ok ? [] : ['duiType DUI_TYPE_INVALID (3)']);
    },
  );

  test.each([
    ['the sample of S3, whose check digits are wrong', '12345678901'],
    ['encoded text, which S3 allows', 'a+/='.repeat(80)],
    ['one character', '1'],
    ['320 characters', '1'.repeat(320)],
  ])('a document number is accepted when it is %s', (_case, value) => {
    expect(problemsOf('BR_CPF', value)).toEqual([]);
  });

  test.each(['1'.repeat(321), '1'.repeat(100_000)])(
    'a document number of more than 320 characters is refused',
    (value) => {
      expect(problemsOf('BR_CPF', value)).toEqual(['duiValue DUI_VALUE_INVALID (3)']);
    },
  );

  test.each(['', ' ', '\t\n'])('an empty document number is refused: %j', (value) => {
    expect(problemsOf('BR_CPF', value)).toEqual(['duiValue DUI_VALUE_INVALID (3)']);
  });

  test('both problems are returned for a wrong kind and an empty value', () => {
    expect(problemsOf('BR_PASSPORT', '')).toEqual([
      'duiType DUI_TYPE_INVALID (3)',
      'duiValue DUI_VALUE_INVALID (3)',
    ]);
  });

  const CPF = '12345678909';
  const CURP = 'HEWW580907HGRSHL05';
  const SSN = '123456789';

  test.each([
    ['BR_CPF', '123456789-09'],
    ['BR_CPF', '123456789/09'],
    ['BR_CPF', '123-456-789-09'],
    ['BR_CPF', '123.456.789-09'],
    ['BR_CPF', '123.456.789-01'],
    ['BR_CPF', '123456789.09'],
    ['BR_CPF', '#12345678909'],
    ['BR_CPF', '12345678909.'],
    ['BR_CPF', '123_456_789_09'],
    ['US_SSN', '123-45-6789'],
    ['US_SSN', '123.45.6789'],
    ['BR_CPF', '123-45-6789'],
    ['US_SSN', '123.456.789-09'],
    ['MX_CURP', 'HEWW-580907-HGRSHL-05'],
    ['MX_CURP', 'HEWW580907-HGRSHL05'],
    ['MX_CURP', 'heww580907hgrshl05'],
    ['MX_CURP', 'Heww580907HGRSHL05'],
    ['MX_CURP', 'heww 580907 hgrshl05'],
    ['BR_CPF', '123 456 789 09'],
    ['BR_CPF', ' 12345678909'],
    ['BR_CPF', '12345678909\n'],
    ['BR_CPF', '１２３４５６７８９０９'],
    ['BR_CPF', '١٢٣٤٥٦٧٨٩٠٩'],
    ['BR_CPF', '123456789\u200b09'],
    ['BR_CPF', '\ufeff12345678909'],
    ['BR_CPF', '123.456.789\u201109'],
    ['US_SSN', '123\u00ad456789'],
  ] as const)('a %s of %j is refused, because what is set cannot be changed', (duiType, value) => {
    expect(problemsOf(duiType, value)).toEqual(['duiValue DUI_VALUE_INVALID (null)']);
  });

  test.each([
    ['BR_CPF', CPF],
    ['MX_CURP', CURP],
    ['US_SSN', SSN],
    ['BR_CPF', '11111111111'],
    ['MX_CURP', 'HEWW580907HGRSHL06'],
    ['BR_CPF', `BR|${CPF}|v1`],
    ['BR_CPF', `${CPF}:${CURP}`],
    ['BR_CPF', `${CPF}-${SSN}`],
    ['US_SSN', 'MTIzLTQ1LTY3ODk='],
    ['MX_CURP', 'v1.k8s-2=/+~'],
  ] as const)(
    'a %s of %j is accepted: a number as it is written, or an encoded or compound one',
    (duiType, value) => {
      expect(problemsOf(duiType, value)).toEqual([]);
    },
  );

  test('a number with a separator anywhere is refused, whichever the separator is', () => {
    const written = fc
      .tuple(
        fc.constantFrom(CPF, CURP, SSN),
        fc.nat(18),
        fc.constantFrom(...'.-/ _,:#*|\\\u00a0\u2009\u2013\u200b'),
      )
      .map(([number, at, separator]) => number.slice(0, at) + separator + number.slice(at));
    fc.assert(
      fc.property(written, fc.constantFrom('BR_CPF', 'MX_CURP', 'US_SSN'), (value, duiType) => {
        expect(problemsOf(duiType, value)).toEqual(['duiValue DUI_VALUE_INVALID (null)']);
      }),
    );
  });

  test('no message speaks of check digits, which are not validated here', () => {
    for (const value of ['', ' ', '123-45-6789', '１', 'x'.repeat(321)]) {
      const [problem] = validateDocumentNumber({ duiType: 'US_SSN', duiValue: value });
      expect(problem?.message).toMatch(/^expected .+, got .+: .+/);
      expect(problem?.message).not.toContain('check');
    }
  });
});
