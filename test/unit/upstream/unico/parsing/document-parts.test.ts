import { describe, expect, test } from 'vitest';
import { toDocumentContents } from '../../../../../src/upstream/unico/parsing/document-parts.ts';

const contentsOf = (data: Record<string, unknown>, code: string | null = null) =>
  toDocumentContents(code, data);

describe('the name of the holder', () => {
  test.each([
    [
      'a passport has the given names and the surname apart',
      { nome: 'LUKE', sobrenome: 'SKYWALKER' },
      'LUKE SKYWALKER',
    ],
    ['the surname may come first', { sobrenome: 'SKYWALKER', nome: 'LUKE' }, 'LUKE SKYWALKER'],
    ['spaces around its parts are dropped', { nome: ' LUKE ', sobrenome: ' SKYWALKER ' }, 'LUKE SKYWALKER'],
    ['a name without a surname is the name', { nome: 'LUKE SKYWALKER' }, 'LUKE SKYWALKER'],
    ['an empty surname is none', { nome: 'LUKE SKYWALKER', sobrenome: '' }, 'LUKE SKYWALKER'],
    ['a surname alone is what was read', { sobrenome: 'SKYWALKER' }, 'SKYWALKER'],
    ['the civil name is whole', { nomeCivil: 'LUKE SKYWALKER', sobrenome: 'SKYWALKER' }, 'LUKE SKYWALKER'],
    ['the names are read in snake case', { nome_civil: 'LUKE SKYWALKER' }, 'LUKE SKYWALKER'],
    [
      'a blank civil name is none',
      { nomeCivil: '  ', nome: 'LUKE', sobrenome: 'SKYWALKER' },
      'LUKE SKYWALKER',
    ],
    ['the social name is the last resort', { nomeSocial: 'LUKE' }, 'LUKE'],
    ['other types are no name', { nome: {}, sobrenome: [], nomeSocial: true }, null],
  ])('%s', (_, data, holderName) => {
    expect(contentsOf(data).holderName).toBe(holderName);
  });
});

describe('the number of a document', () => {
  const numbers = { numero: '044589731564', rgNumero: '34.234.567-8', cpfNumero: '123.456.789-09' };
  test.each([
    ['CIN', { cpfNumero: '123.456.789-09', rgNumero: '34.234.567-8' }, '12345678909'],
    ['Cin', { cpf_numero: 12345678909, rg_numero: 342345678 }, '12345678909'],
    ['CIN', { numero: '123.456.789-09' }, '123.456.789-09'],
    ['CIN', { rgNumero: '34.234.567-8' }, null],
    ['RG', numbers, '34.234.567-8'],
    ['rg', { numero: '34.234.567-8' }, '34.234.567-8'],
    ['RG', { rgNumero: 342345678 }, '342345678'],
    ['CNH', numbers, '044589731564'],
    ['CNH', { rgNumero: '34.234.567-8', cpfNumero: '12345678909' }, null],
    ['PASSPORT', { numero: 'FX123456' }, 'FX123456'],
    [null, numbers, '044589731564'],
    ['CNH', { numero: 1.5 }, null],
    ['CNH', { numero: 1e30 }, null],
    ['CNH', { numero: ' ' }, null],
  ])('of a %s with %j is %j', (code, data, number) => {
    expect(contentsOf(data, code).number).toBe(number);
  });
});

describe('the CPF on a document', () => {
  test.each([
    ['12345678909', '12345678909'],
    ['123.456.789-09', '12345678909'],
    ['123456789/09', '12345678909'],
    ['123.456.789/09', '12345678909'],
    ['123.456.789 - 09 ', '12345678909'],
    ['123 456 789 09', '12345678909'],
    ['123.456.789\u201309', '12345678909'],
    [12345678909, '12345678909'],
    [1234567890, '01234567890'],
    [191, '00000000191'],
    [0, null],
    [-12345678909, null],
    [1.5, null],
    ['', null],
    [' - ', null],
    ['n/a', null],
    [null, null],
    [true, null],
    [{}, null],
  ])('%j is read as %j, whatever the kind of the document', (cpfNumero, cpf) => {
    for (const code of ['RG', 'CNH', 'CIN', 'PASSPORT', null]) {
      expect(contentsOf({ cpfNumero }, code).cpf).toBe(cpf);
      expect(contentsOf({ cpf: cpfNumero }, code).cpf).toBe(cpf);
    }
  });
});

describe('the days of a document', () => {
  test('a document without a last day has none, although its zero value is a date', () => {
    for (const dataExpiracao of ['0001-01-01T00:00:00Z', '1970-01-01T00:00:00Z', '2024-02-30T10:00:00Z']) {
      expect(contentsOf({ dataExpiracao }).expiresOn).toBeNull();
      expect(contentsOf({ data_validade: dataExpiracao }).expiresOn).toBeNull();
      expect(contentsOf({ dataExpiracao, dataValidade: '2031-01-20' }).expiresOn).toBe('2031-01-20');
    }
  });

  test('a holder may be born on the first day of 1970, and not in year 1', () => {
    expect(contentsOf({ dataNascimento: '1970-01-01T00:00:00Z' }).birthDate).toBe('1970-01-01');
    expect(contentsOf({ dataNascimento: '0001-01-01T00:00:00Z' }).birthDate).toBeNull();
  });
});
