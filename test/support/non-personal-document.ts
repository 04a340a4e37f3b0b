import * as fc from 'fast-check';
import {
  getNamedType,
  isObjectType,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLSchema,
} from 'graphql';
import { MAX_ALIASES } from '../../src/graphql/limits/limits.ts';
import { policyOf } from '../../src/graphql/schema/field-policy.ts';

type Field = GraphQLField<unknown, unknown>;
/** Returns a whole number from 0 to `most`. */
type Take = (most: number) => number;

/** The maximum depth of nested objects; `reference { process }` would have no end. */
const MAX_DEPTH = 5;

const isLeaf = (field: Field): boolean => !isObjectType(getNamedType(field.type));

/** A field under its own name always has the same text, otherwise GraphQL could not merge two of them. */
function fieldText(field: Field, take: Take, depth: number): string {
  const type = getNamedType(field.type);
  const below = isObjectType(type) ? ` ${selectionText(type, take, depth + 1)}` : '';
  const alias = take(1) === 0 ? '' : `${field.name}${'abc'[take(2)]}: `;
  return `${alias}${field.name}${field.args.length > 0 && alias === '' ? '(language: PT)' : ''}${below}`;
}

function selectionText(type: GraphQLObjectType, take: Take, depth: number): string {
  const fields = Object.values(type.getFields())
    .filter((field) => !policyOf(field).personal)
    .filter((field) => depth < MAX_DEPTH || isLeaf(field));
  const some = Array.from({ length: take(6) }, () => {
    const field = fields[take(fields.length - 1)];
    const text = field === undefined ? '' : fieldText(field, take, depth);
    return take(5) === 0 ? `... on ${type.name} { ${text} }` : text;
  });
  const spread = type.name === 'Verdict' && take(2) === 0 ? ['...short'] : [];
  return `{ ${['__typename', ...some, ...spread].join(' ')} }`;
}

const VARIABLES = {
  $ids: '[ID!]!',
  $id: 'ID!',
  $source: 'ProcessSource',
  $representations: '[_Any!]!',
};

/**
 * Documents that select fields of processes that are not personal, in all forms that GraphQL allows: under aliases, twice,
 * in fragments.
 */
export function openDocuments(schema: GraphQLSchema): fc.Arbitrary<string> {
  const process = schema.getType('Process');
  if (!isObjectType(process)) throw new Error('the schema has no processes');
  // The number of choices bounds the document: after the last one, every choice is 0.
  const documents = fc.array(fc.nat(), { minLength: 20, maxLength: 200, size: 'max' }).map((choices) => {
    const left = choices.values();
    const take: Take = (most) => (left.next().value ?? 0) % (most + 1);
    const roots = Array.from({ length: 1 + take(2) }, (_, number) => {
      const selection = selectionText(process, take, 1);
      return [
        `p${number}: processes(ids: $ids) ${selection}`,
        `q${number}: process(id: $id, source: $source) ${selection}`,
        `_entities(representations: $representations) { __typename ... on Process ${selection} }`,
      ][take(2)];
    }).join(' ');
    const given = Object.entries(VARIABLES).filter(([name]) => new RegExp(`\\${name}\\b`).test(roots));
    const short = roots.includes('...short')
      ? 'fragment short on Verdict { decision reasons { code } final }'
      : '';
    return `query (${given.map(([name, type]) => `${name}: ${type}`).join(', ')}) { ${roots} } ${short}`;
  });
  return documents.filter((text) => (text.match(/\w: \w/g) ?? []).length <= MAX_ALIASES - 5);
}
