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
});
