import * as fc from 'fast-check';
import { ID, OTHER_ID } from './bodies.ts';
import { BROKEN_ID, IDS, REFERRING_ID } from './compiled-and-plain.ts';

/** A query, and bodies that send it with different variables and properties. */
export type AnyQuery = {
  query: string;
  bodies: { query: string; variables: Record<string, unknown>; [property: string]: unknown }[];
};

/** Returns a whole number from 0 to `most`. */
type Take = (most: number) => number;

/** A variable: its type with its default, and values for it; `undefined` for none. */
type Variable = { type: string; values: readonly unknown[] };

/** Names that mean something to JavaScript or to the compiler. */
const NAMES = [
  '__proto__',
  'constructor',
  'hasOwnProperty',
  '__typename',
  'ids_0',
  'id_0',
  'length',
  '_',
  'a',
  'b',
];

const IDS_OR_NOT = [ID, OTHER_ID, REFERRING_ID, BROKEN_ID, 7, 'no id', null, undefined, true, {}, [ID]];
const LISTS_OR_NOT = [
  IDS,
  [ID],
  [],
  [REFERRING_ID, OTHER_ID],
  ID,
  null,
  undefined,
  [null],
  [ID, null],
  [[ID]],
  7,
  {},
];
const SOURCES_OR_NOT = ['IDCLOUD', 'PROCESSES_V1', null, undefined, 'LEGACY', 1];
const LANGUAGES_OR_NOT = ['PT', 'ES', null, undefined, 'FR'];
const BOOLEANS_OR_NOT = [true, false, true, false, undefined, null, 'true', 1];
const TYPES_OR_NOT = ['Process', 'Other', null, undefined];
const ANYTHING = [
  { __typename: 'Process', id: ID },
  { __typename: 'Process', id: REFERRING_ID, source: 'IDCLOUD' },
  { __typename: 'Other' },
  ID,
  'Process',
  null,
  undefined,
  [],
];
const LISTS_OF_ANYTHING = [[ANYTHING[0], ANYTHING[1]], ANYTHING, [], ANYTHING[0], null, undefined, [null]];

/** Aliases that gateways write, and some that look like paths of others. Each selection uses an alias once. */
const ALIASES = ['x', '_v0_', '_v1__', 'a_', 'a_b_', 'b_', 'idx0_', '__'] as const;

/** Writes one query. Every choice is taken from the given numbers. */
class QueryWriter {
  readonly variables = new Map<string, Variable>();
  readonly #take: Take;
  #count = 0;
  readonly #conditions: string[] = [];
  readonly #fragments: string[] = [];

  /** What the whole query has or has not: each of these alone is enough for some compilers to refuse a query. */
  readonly #has: { conditions: boolean; underscores: boolean; personal: boolean };

  constructor(take: Take) {
    this.#take = take;
    this.#has = { conditions: take(1) === 0, underscores: take(2) === 0, personal: take(4) === 0 };
  }

  write(): string {
    const roots = Array.from({ length: 1 + this.#take(2) }, () => this.#root()).join(' ');
    const definitions = [...this.variables].map(([name, { type }]) => `$${name}: ${type}`).join(', ');
    const head = definitions === '' ? 'query Any' : `query Any(${definitions})`;
    return `${head} { ${roots} ok: __typename } ${this.#fragments.join(' ')}`;
  }

  #pick<T>(some: readonly [T, ...T[]]): T {
    return some[this.#take(some.length - 1)] ?? some[0];
  }

  /** Only what is chosen is written, so that only its variables are declared. */
  #oneOf(...ways: [() => string, ...(() => string)[]]): string {
    return this.#pick(ways)();
  }

  /** Declares a variable with one of these types and returns it as it is used. */
  #variable(types: readonly [string, ...string[]], values: readonly unknown[]): string {
    const odd = NAMES.filter((name) => !this.variables.has(name));
    const name = (this.#take(1) === 0 && odd[this.#take(odd.length - 1)]) || `v${(this.#count += 1)}`;
    this.variables.set(name, { type: this.#pick(types), values });
    return `$${name}`;
  }

  #alias(name: string): string {
    const alias = this.#has.underscores ? this.#pick(ALIASES) : 'x';
    return `${alias}${(this.#count += 1)}: ${name}`;
  }

  #id(): string {
    if (this.#take(3) === 0) return '7';
    return this.#variable(['ID = 7', 'ID!', 'ID! = 7'], IDS_OR_NOT);
  }

  #ids(): string {
    const types = ['[ID!]!', '[ID!] = []', '[ID!] = [7]', '[ID!]! = [7, 8]', '[ID!] = 7'] as const;
    return this.#oneOf(
      () => this.#variable(types, LISTS_OR_NOT),
      () => `[${this.#id()}, ${this.#id()}]`,
      () => this.#pick(['[]', '7', '[7, 8]']),
    );
  }

  #source(): string {
    return this.#oneOf(
      () => '',
      () =>
        `, source: ${this.#variable(['ProcessSource', 'ProcessSource = IDCLOUD', 'ProcessSource!'], SOURCES_OR_NOT)}`,
      () => ', source: PROCESSES_V1',
      () => ', source: null',
    );
  }

  #representation(): string {
    return this.#oneOf(
      () => `{__typename: Process, id: ${this.#variable(['ID!', 'ID', 'ID = 7', '_Any'], IDS_OR_NOT)}}`,
      () => `{__typename: ${this.#variable(['String', 'String!'], TYPES_OR_NOT)}, id: 7}`,
      () => '{__typename: Process, id: 7, __proto__: {id: 8}, source: [IDCLOUD, {a: 1e400}]}',
    );
  }

  #representations(): string {
    const any = (): string =>
      this.#variable(['_Any!', '_Any = 7', '_Any! = {__typename: Process, id: 8}'], ANYTHING);
    return this.#oneOf(
      () => this.#variable(['[_Any!]!', '[_Any!] = []', '[_Any!] = [7]'], LISTS_OF_ANYTHING),
      () => `[${this.#representation()}, ${any()}]`,
      () => `[${any()}, ${any()}]`,
      () => this.#representation(),
    );
  }

  /** A boolean or a variable, of which a query has two, so that the same values come together again. */
  #boolean(): string {
    if (this.#take(1) === 0) return this.#pick(['true', 'false']);
    const before = this.#conditions[this.#take(1)];
    if (before !== undefined) return before;
    const condition = this.#variable(['Boolean!', 'Boolean! = true', 'Boolean = false'], BOOLEANS_OR_NOT);
    this.#conditions.push(condition);
    return condition;
  }

  #condition(): string {
    if (!this.#has.conditions) return '';
    return this.#oneOf(
      () => '',
      () => '',
      () => ` @include(if: ${this.#boolean()})`,
      () => ` @skip(if: ${this.#boolean()})`,
      () => ` @skip(if: ${this.#boolean()}) @include(if: ${this.#boolean()})`,
    );
  }

  #root(): string {
    return this.#oneOf(
      () => `${this.#alias('processes')}(ids: ${this.#ids()})${this.#condition()} ${this.#process(1)}`,
      () =>
        `${this.#alias('process')}(id: ${this.#id()}${this.#source()})${this.#condition()} ${this.#process(1)}`,
      () =>
        `${this.#alias('_entities')}(representations: ${this.#representations()})${this.#condition()} { __typename ... on Process${this.#condition()} ${this.#process(1)} }`,
      () => `${this.#alias('__typename')}${this.#condition()}`,
    );
  }

  #process(depth: number): string {
    const some = Array.from({ length: 1 + this.#take(2) }, () => this.#fieldOfProcess(depth)).join(' ');
    if (this.#take(2) > 0) return `{ __typename ${some} }`;
    const name = `F${(this.#count += 1)}`;
    this.#fragments.push(`fragment ${name} on Process { ${some} }`);
    // Spread twice, its fields are read once, as far as they are included at all.
    return `{ __typename ...${name}${this.#condition()} ...${name}${this.#condition()} }`;
  }

  #fieldOfProcess(depth: number): string {
    return this.#oneOf(
      () => `${this.#pick(['id', 'source', 'state', 'flow', 'createdAt'])}${this.#condition()}`,
      () => `${this.#alias(this.#pick(['id', 'source', 'state', 'useCase']))}${this.#condition()}`,
      () => `${this.#alias('verdict')}${this.#condition()} ${this.#verdict()}`,
      () => `${this.#alias('verdict')} ${this.#verdict()}`,
      () => `documents${this.#condition()} { id code${this.#condition()} }`,
      () =>
        depth > 2
          ? 'capacities'
          : `${this.#alias('reference')}${this.#condition()} { authenticationId ${this.#alias('process')}${this.#condition()} ${this.#process(depth + 1)} }`,
      () => (this.#has.personal ? `sdkToken${this.#condition()}` : 'capacities'),
      () => (this.#has.personal ? `person${this.#condition()} { friendlyName }` : 'purpose'),
      () => `...${this.#condition()} { ${this.#fieldOfProcess(depth)} }`,
    );
  }

  #verdict(): string {
    const language = this.#oneOf(
      () => this.#variable(['Language', 'Language = PT', 'Language!'], LANGUAGES_OR_NOT),
      () => this.#pick(['ES', 'null']),
    );
    return `{ decision${this.#condition()} reasons { code message(language: ${language}) } final }`;
  }
}

/** Properties of a body that Apollo Server ignores, and some that it does not. */
const MORE: readonly Record<string, unknown>[] = [
  { operationName: 'Any' },
  { extensions: { clientLibrary: { name: '@apollo/client', version: '4.0.9' } } },
  { extensions: {}, id: 'a persisted id' },
  { operationName: 'Other' },
  { extensions: { persistedQuery: { version: 1, sha256Hash: 'x' } } },
];

/** A value for each variable: one of the first of its list, which fit most types; for one variable any, or null, or none. */
function valuesOf(variables: ReadonlyMap<string, Variable>, take: Take): Record<string, unknown> {
  const odd = take(variables.size);
  const given = [...variables].map(([name, { values }], index) => {
    const any = [null, undefined, values[take(values.length - 1)]];
    return [name, index === odd ? any[take(2)] : values[take(1)]] as const;
  });
  return Object.fromEntries(given.filter(([, value]) => value !== undefined));
}

/** Queries of every form that a client can write, and of some that none would, each with three bodies. */
export const anyQuery: fc.Arbitrary<AnyQuery> = fc
  .array(fc.nat(), { minLength: 40, maxLength: 300, size: 'max' })
  .map((choices) => {
    const left = choices.values();
    const take: Take = (most) => (left.next().value ?? 0) % (most + 1);
    const writer = new QueryWriter(take);
    const query = writer.write();
    const bodies = Array.from({ length: 3 }, () => {
      const more = take(2) === 0 ? MORE[take(MORE.length - 1)] : {};
      return { query, variables: valuesOf(writer.variables, take), ...more };
    });
    return { query, bodies };
  });
