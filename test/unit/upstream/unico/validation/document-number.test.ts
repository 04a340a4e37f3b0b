import { describe, expect, test } from 'vitest';
import { DUI_TYPES, type DuiType } from '../../../../../src/domain/person.ts';
import { validateDocumentNumber } from '../../../../../src/upstream/unico/validation/document-number.ts';

const wrong = (duiType: DuiType, duiValue: string): string[] =>
  validateDocumentNumber({ duiType, duiValue }).map(
    ({ field, code, upstreamCode }) => `${field?.join('.')} ${code} (${upstreamCode})`,
  );

describe('S3: a document number that is set', () => {
  const settable = new Set<string>(['BR_CPF', 'MX_CURP', 'US_SSN']);
  test.each([...DUI_TYPES, 'UNKNOWN' as const].map((type) => [type, settable.has(type)] as const))(
    'kind %s: %s',
    (duiType, ok) => {
      expect(wrong(duiType, '12345678909')).toEqual(ok ? [] : ['duiType DUI_TYPE_INVALID (3)']);
    },
  );

  test.each([
    ['the sample of S3, whose check digits are wrong', '12345678901'],
    ['something encoded, which S3 allows for', 'a+/='.repeat(80)],
    ['one character', '1'],
    ['320 characters', '1'.repeat(320)],
  ])('may be %s', (_what, value) => {
    expect(wrong('BR_CPF', value)).toEqual([]);
  });

  test.each(['1'.repeat(321), '1'.repeat(100_000)])('has 320 characters at most', (value) => {
    expect(wrong('BR_CPF', value)).toEqual(['duiValue DUI_VALUE_INVALID (3)']);
  });

  test.each(['', ' ', '\t\n'])('is not empty: %j', (value) => {
    expect(wrong('BR_CPF', value)).toEqual(['duiValue DUI_VALUE_INVALID (3)']);
  });

  test('with the wrong kind and no value is told both', () => {
    expect(wrong('BR_PASSPORT', '')).toEqual([
      'duiType DUI_TYPE_INVALID (3)',
      'duiValue DUI_VALUE_INVALID (3)',
    ]);
  });
});
